using System.Diagnostics;

namespace Lwt.Core;

/// <summary>Finds out what to say about an error that has happened.</summary>
internal static class Diagnosis
{
    internal static InvalidOperationException NothingCanWake(Promise main) =>
        new(
            $"The event loop has nothing left that could wake the promise it runs, which waits for: {WaitReport.Of(main)}. Nothing "
                + "is paused, asleep or posted. Resolve that promise while something else can still run. If another thread "
                + "resolves it, create it with a thread-safe resolver (Promise.CreateThreadSafe, F#: Lwt.wait_thread_safe), "
                + "for which the loop waits."
        );

    internal static InvalidOperationException NestedRun()
    {
        var trace = new StackTrace(1, fNeedFileInfo: true);
        var first = "";
        for (var i = 0; i < trace.FrameCount - 1; i++)
        {
            if (Method(trace.GetFrame(i)!) is not { Name: Drive } method || method.DeclaringTypeName != s_eventLoop)
                continue;
            first = CallerOutsideLibrary(trace, i);
        }
        return new InvalidOperationException(
            $"EventLoop.Run (Lwt_main.run) was called while the loop is running{first}. A thread runs one loop at a "
                + "time: return the promise from the running program instead, or await it there."
        );
    }

    private const string Drive = "Drive";
    private static readonly string? s_eventLoop = typeof(EventLoop).FullName;

    private static string CallerOutsideLibrary(StackTrace trace, int from)
    {
        for (var i = from; i < trace.FrameCount; i++)
        {
            var frame = trace.GetFrame(i)!;
            if (Method(frame) is not { } method || IsLibrary(method))
                continue;
            var place = frame.GetFileName() is { } file ? $" ({file}:{frame.GetFileLineNumber()})" : "";
            return $"; that run began in {method.DeclaringTypeName}.{method.Name}{place}";
        }
        return "";
    }

    // Not StackFrame.GetMethod, which trimmed programs may not use. Null if the program keeps no names.
    private static DiagnosticMethodInfo? Method(StackFrame frame) => DiagnosticMethodInfo.Create(frame);

    private static bool IsLibrary(DiagnosticMethodInfo method) =>
        method.DeclaringAssemblyName.Split(',')[0] is "Lwt.Core" or "Lwt.FSharp" or "Lwt.CSharp";
}

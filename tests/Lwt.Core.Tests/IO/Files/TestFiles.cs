using System.Reflection;
using Lwt.Core.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>Opens files here and now, by the calls of the system or by those that .NET has on all systems.</summary>
internal static class TestFiles
{
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Public;

    private static readonly Assembly s_core = typeof(Promise).Assembly;

    internal static FilePort Open(
        string path,
        FileOpening how = FileOpening.Read | FileOpening.Write | FileOpening.Create,
        bool portable = false
    )
    {
        var file = Call("Open", portable, path, how, 0x180);
        return (FilePort)
            Activator.CreateInstance(typeof(FilePort), Hidden, null, [file, EventLoop.Current, true], null)!;
    }

    /// <summary>Makes a call of a file system, which blocks.</summary>
    internal static object? Call(string name, bool portable, params object?[] arguments)
    {
        var type = s_core.GetType(
            portable || !OperatingSystem.IsLinux() ? "Lwt.Core.PortableFileSystem" : "Lwt.Core.LinuxFileSystem",
            throwOnError: true
        )!;
        var system = Activator.CreateInstance(type, nonPublic: true);
        var method = type.GetMethods(Hidden)
            .Single(method =>
                method.Name == name
                && method.GetParameters().Length == arguments.Length
                && method.GetParameters().Zip(arguments).All(pair => Fits(pair.First, pair.Second))
            );
        try
        {
            return method.Invoke(system, arguments);
        }
        catch (TargetInvocationException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private static bool Fits(ParameterInfo parameter, object? argument) =>
        argument is null || parameter.ParameterType.IsInstanceOfType(argument);
}

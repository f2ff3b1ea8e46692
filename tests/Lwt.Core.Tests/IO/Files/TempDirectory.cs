namespace Lwt.Core.Tests;

/// <summary>A directory for one test, and loops to run it on.</summary>
internal sealed class TempDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("lwt").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal string File(string name, string text)
    {
        System.IO.File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Runs a test on a loop of the system's engine.</summary>
    internal static void Run(Func<TempDirectory, Promise> test)
    {
        using var directory = new TempDirectory();
        using var loop = new EventLoop();
        loop.RunHere(() => test(directory));
    }

    /// <summary>Runs a test on a loop of each engine that can be here.</summary>
    internal static void RunOnEach(Func<TempDirectory, Promise> test)
    {
        foreach (var engine in (IEngine[])[new PortableEngine(), new VirtualEngine()])
            RunOn(engine, test);
        if (OperatingSystem.IsLinux())
            RunOn(new EpollEngine(), test);
    }

    private static void RunOn(IEngine engine, Func<TempDirectory, Promise> test)
    {
        using var directory = new TempDirectory();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(() => test(directory));
    }

    /// <summary>The failure that a call rejects with.</summary>
    internal static async Promise<PromiseIOException> Fails(Func<Promise> call)
    {
        try
        {
            await Promise.Apply(() => call().AsUnit());
        }
        catch (PromiseIOException e)
        {
            return e;
        }
        throw new BoomException("It did not fail.");
    }

    /// <summary>The error, the call and its argument.</summary>
    internal static async Promise FailsAs(string error, string call, string argument, Func<Promise> failing)
    {
        var e = await Fails(failing);
        Assert.Equal((error, call, argument), (e.ErrorName, e.Call, e.Argument));
        Assert.Contains(error, e.Message, StringComparison.Ordinal);
    }
}

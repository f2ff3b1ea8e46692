global using Lwt.Core;

namespace Lwt.CSharp.Tests;

/// <summary>The exception that tests reject promises with.</summary>
internal sealed class BoomException() : Exception("boom");

/// <summary>Runs a test on a loop of its own, whose clock is virtual.</summary>
internal static class Fresh
{
    internal static void Run(Action test) =>
        Async(() =>
        {
            test();
            return Promise.Return();
        });

    internal static void Async(Func<Promise> test)
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine { Patience = TimeSpan.Zero } });
        loop.RunHere(test);
    }

    internal static T ValueOf<T>(Promise<T> promise) => promise.GetAwaiter().GetResult();
}

using Lwt.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lwt.AspNetCore;

/// <summary>
/// The event loop of a host, a service: it runs on a thread of its own from when the service is first needed until the host
/// is disposed.
/// </summary>
/// <remarks>
/// An exception of background work that ends the run of the loop (<see cref="AsyncExceptions"/>) is logged, and the loop
/// goes on: one request must not end those of others.
/// </remarks>
public sealed partial class LwtLoop : IAsyncDisposable, IDisposable
{
    private readonly ILogger _logger;
    private readonly Thread _thread;

    // Its continuations do not run inside Dispose, on the caller's thread.
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes the loop and starts its thread; called by the host's services.</summary>
    public LwtLoop(IOptions<LwtOptions> options, ILogger<LwtLoop> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
        EventLoop = new(options.Value.EventLoop);
        LogStarted(EventLoop.Engine);
        _thread = new(Run) { IsBackground = true, Name = "Lwt loop" };
        _thread.Start();
    }

    /// <summary>The loop itself. Any thread may <see cref="EventLoop.Post"/> to it.</summary>
    public EventLoop EventLoop { get; }

    /// <summary>Whether the calling thread is the loop's.</summary>
    public bool IsCurrent => ReferenceEquals(Thread.CurrentThread, _thread);

    /// <summary>
    /// What an async method awaits to continue on the loop: <c>await loop.SwitchTo()</c>. On the loop it does nothing.
    /// </summary>
    /// <exception cref="ObjectDisposedException">Awaiting it throws this after the host was disposed.</exception>
    public Switch SwitchTo() => new(this);

    /// <summary>Stops the loop. What waits on it stays pending.</summary>
    public void Dispose() => _stop.TrySetResult();

    /// <summary>Stops the loop, and waits until its thread has ended.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return new(_ended.Task);
    }

    /// <summary>Calls an action on the loop: at once if this is its thread, never once the host was disposed.</summary>
    internal void Do(Action action)
    {
        if (IsCurrent)
            action();
        else
            TryPost(action);
    }

    /// <summary>Posts an action to the loop; returns false once the host was disposed.</summary>
    internal bool TryPost(Action action)
    {
        try
        {
            EventLoop.Post(action);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>
    /// Calls a function on the loop. A caller on the loop goes on there; one on another thread goes on on the thread pool.
    /// </summary>
    internal async Task<T> Run<T>(Func<Promise<T>> function)
    {
        var away = !IsCurrent;
        await SwitchTo();
        var result = await function();
        if (away)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return result;
    }

    private void Run()
    {
        try
        {
            while (!_stop.Task.IsCompleted)
                RunOnce();
        }
        finally
        {
            EventLoop.Dispose();
            _ended.SetResult();
        }
    }

    private void RunOnce()
    {
        try
        {
            EventLoop.RunHere(() => _stop.Task.AsPromise());
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The Lwt loop runs on {Engine}.")]
    private partial void LogStarted(string engine);

    [LoggerMessage(2, LogLevel.Error, "Background work on the Lwt loop failed with an exception that no promise took.")]
    private partial void LogFailure(Exception exception);
}

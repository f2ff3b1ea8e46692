using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>Which loop a stream belongs to: the base of all sources, whatever their elements.</summary>
/// <remarks>
/// A stream belongs to the loop that first reads it or writes to it, not to the one that made it: a stream in a static
/// field may be made on any thread. A stream made of others belongs to the same loop as they do. Each member that
/// changes a stream calls <see cref="Enter"/> first; its callbacks run on the same loop.
/// </remarks>
internal abstract class StreamOwner
{
    private const string TypeName = "PromiseStream (F#: Lwt_stream)";

    private readonly Driver _maker = Driver.Current;

    // Whether the maker's loop was running then; if not, it may never run.
    private readonly bool _madeInRun;

    private Affinity _affinity;

    private protected StreamOwner() => _madeInRun = _maker.Loop.IsRunning;

    /// <summary>The stream that this one is made of, if any; the first one of two.</summary>
    private protected virtual StreamOwner? Origin => null;

    /// <summary>The second stream that this one is made of.</summary>
    private protected virtual StreamOwner? SecondOrigin => null;

    /// <summary>A promise that a change of the stream would resolve at once; null if there is none.</summary>
    private protected virtual Promise? Waiter => null;

    /// <summary>The loop that used the stream is gone: forgets the promises that wait there.</summary>
    private protected abstract void Abandon();

    /// <summary>The current driver; throws if the stream belongs to another thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Driver Enter()
    {
        var current = Driver.Current;
        if (!_affinity.BelongsTo(current))
            Claim(current);
        return current;
    }

    private bool IsClaimed => _affinity.Loop is not null;

    /// <summary>Like <see cref="Enter"/>, but a stream that belongs to no loop stays so.</summary>
    internal void Check()
    {
        if (IsClaimed)
            Enter();
    }

    /// <summary>
    /// The loop on which code that may run on any thread must use the stream: the one that the stream belongs to. For a
    /// stream that was not used yet, it is <paramref name="began"/>, the loop on which such code first used it; else
    /// the one in whose run it was made; else, if the stream was made in no run, this thread's, if the thread has a
    /// loop to run.
    /// </summary>
    internal EventLoop Home(EventLoop? began = null)
    {
        var here = Driver.CurrentIfAny;
        var home = Owner(out var maker) ?? began?.Driver ?? maker ?? (CanBegin(here) ? here! : _maker);
        return IsGone(home) || home.Thread == Thread.CurrentThread ? EventLoop.Current : home.Loop;
    }

    /// <summary>
    /// The loop that this stream, or else one that it is made of, belongs to; or in whose run they were made.
    /// </summary>
    private Driver? Owner(out Driver? maker)
    {
        maker = null;
        for (var stream = this; stream is not null; stream = stream.Origin)
        {
            if (stream._affinity.Loop is { } owner)
                return owner.Driver;
            if (stream._madeInRun)
                maker = stream._maker;
        }
        return null;
    }

    // A thread of the pool may have a loop left that it used once and never runs again.
    private static bool CanBegin(Driver? here) =>
        here is not null && (here.Loop.IsRunning || !Thread.CurrentThread.IsThreadPoolThread);

    private static bool IsGone(Driver owner) => owner.Loop.IsDisposed || !owner.Thread.IsAlive;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Claim(Driver current)
    {
        if (_affinity.Loop is { } before)
            TakeOver(before.Driver, current);
        else if (Origin is null)
            _affinity.Enter(TypeName);
        else
            ClaimWithOrigins();
    }

    private void TakeOver(Driver before, Driver current)
    {
        var isGone = IsGone(before);
        // Another loop of this thread may use the stream, but not wake those who wait on the first one.
        if (!isGone && before.Thread == current.Thread && Waiter is { } waiter)
            Errors.ThrowWrongLoop(waiter);
        _affinity.Enter(TypeName);
        if (isGone)
            Abandon();
    }

    /// <summary>
    /// Claims the stream and those that it is made of, or none of them: if one belongs to another thread, its owner
    /// must be able to read what was made of it.
    /// </summary>
    private void ClaimWithOrigins()
    {
        var claimed = new List<StreamOwner> { this };
        HashSet<StreamOwner>? seen = null;
        for (var i = 0; i < claimed.Count; i++)
        {
            var stream = claimed[i];
            Add(stream.Origin);
            if (stream.SecondOrigin is { } second)
            {
                // Two ways may lead to one stream.
                seen ??= [.. claimed];
                Add(second);
            }
        }
        foreach (var stream in claimed)
            stream._affinity.Enter(TypeName);

        void Add(StreamOwner? origin)
        {
            if (origin is null)
                return;
            if (origin.IsClaimed)
                origin.Enter();
            else if (seen is null || seen.Add(origin))
                claimed.Add(origin);
        }
    }
}

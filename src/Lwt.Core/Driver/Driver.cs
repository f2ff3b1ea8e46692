using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The only code that runs callbacks. Each event loop has one; a thread-static field holds the current one.
/// </summary>
/// <remarks>
/// <para>
/// Order: the callbacks of a promise run newest first, and the callbacks of a promise that a callback resolves run
/// before the callback's siblings: depth first, in the order of recursion. But a callback node returns the promise it
/// resolved instead of recursing, and waiting siblings are kept on an explicit stack. So a chain of a million binds
/// needs no more of the thread's stack than a chain of one.
/// </para>
/// <para>
/// Invariants: <c>_frames</c> above <c>_frameCount</c> is empty; <c>Depth</c> is the number of active runs; the
/// deferred promises are resolved and still have their callbacks.
/// </para>
/// </remarks>
internal sealed partial class Driver
{
    private Frame[] _frames = new Frame[16];
    private int _frameCount;
    private readonly Queue<(Promise Source, Continuation? Node)> _deferred = new();

    private Storage? _storage;

    internal int Depth;
    internal readonly ushort Id;
    private readonly LoopId _id;
    internal readonly EventLoop Loop;
    internal readonly Paused Paused = new();

    /// <summary>The thread that this driver is, or was last, the current one of.</summary>
    internal Thread Thread = Thread.CurrentThread;

    internal Driver(EventLoop loop)
    {
        Loop = loop;
        _id = new LoopId(this);
        Id = _id.Value;
    }

    /// <summary>The storage that new callbacks capture; null if no key is set.</summary>
    internal Storage? Storage
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _storage;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            // The value is almost always the same, and a comparison is cheaper than writing a reference.
            if (!ReferenceEquals(_storage, value))
                _storage = value;
        }
    }

    /// <summary>Siblings that wait while the callbacks of a promise that one of them resolved run.</summary>
    private struct Frame
    {
        internal Callback Next;
        internal Promise Source;
        internal Storage? Storage;
    }

    /// <summary>
    /// Runs the callbacks of a promise that was just resolved, and then those of every promise that they resolve.
    /// </summary>
    internal void Run(Promise resolved) => Run(resolved, null);

    /// <summary>
    /// Runs callbacks that were taken from <paramref name="resolved"/>, or one node that was never attached to it; for
    /// null, the promise's own callbacks.
    /// </summary>
    internal void Run(Promise resolved, Continuation? node)
    {
        if (Depth > 0 && !StackGuard.HasRoom())
        {
            // Wakeups that are nested so deep that the stack would overflow wait until the outermost one ends.
            _deferred.Enqueue((resolved, node));
            return;
        }
        var storage = Storage;
        var frames = _frameCount;
        Depth++;
        try
        {
            RunCallbacks(resolved, node ?? resolved.TakeCallbacks());
            if (Depth == 1 && _deferred.Count > 0)
                RunDeferred();
        }
        finally
        {
            // When an exception that no promise may swallow passes through, discard the unfinished work.
            if (_frameCount > frames)
                DropFrames(frames);
            Depth--;
            Debug.Assert(Depth >= 0 && _frameCount == frames, "Runs end in the order in which they were nested.");
            Storage = storage;
        }
    }

    /// <summary>
    /// For the loop: like <see cref="Run(Promise)"/> outside any other resolution, but without its try-finally, which
    /// costs more than an iteration of the loop. After an exception that no promise may swallow the loop calls
    /// <see cref="EndRun"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RunUnguarded(Promise resolved)
    {
        Debug.Assert(Depth == 0 && _frameCount == 0, "The loop runs callbacks outside of any others.");
        var storage = Storage;
        Depth = 1;
        RunCallbacks(resolved, resolved.TakeCallbacks());
        if (_deferred.Count > 0)
            RunDeferred();
        Depth = 0;
        Storage = storage;
    }

    /// <summary>
    /// Called at the end of a run of the loop; discards the unfinished work if an exception ended it.
    /// </summary>
    internal void EndRun(Storage? storage)
    {
        LeaveStack();
        DropFrames(0);
        Depth = 0;
        Storage = storage;
        Paused.PutBack();
    }

    /// <summary>Like Run, but inside another resolution the callbacks run only at its end (wakeup_later).</summary>
    internal void RunLater(Promise resolved) => RunLater(resolved, null);

    private void RunLater(Promise resolved, Continuation? callbacks)
    {
        Debug.Assert(resolved.State is Promise.Fulfilled or Promise.Rejected, "What is deferred is resolved.");
        if (Depth == 0)
            Run(resolved, callbacks);
        else
            _deferred.Enqueue((resolved, callbacks));
    }

    /// <summary>Rejects a pending promise and runs its callbacks.</summary>
    internal void Reject(Promise pending, Exception reason)
    {
        if (pending.RejectTaking(reason) is { } callbacks)
            Run(pending, callbacks);
    }

    /// <summary>
    /// Like <see cref="Reject"/>, but inside another resolution the callbacks run only at its end (wakeup_later_exn).
    /// </summary>
    internal void RejectLater(Promise pending, Exception reason)
    {
        if (pending.RejectTaking(reason) is { } callbacks)
            RunLater(pending, callbacks);
    }

    /// <summary>
    /// Defers one callback of a resolved promise, which is not attached to it, because the stack has no room to call
    /// it. It runs at the end of the outermost resolution or, outside of one, from the loop.
    /// </summary>
    internal void Defer(Promise source, Continuation node) => _deferred.Enqueue((source, node));

    internal bool HasDeferred => _deferred.Count > 0;

    /// <summary>Runs work that was deferred outside any resolution.</summary>
    internal void Flush()
    {
        if (_deferred.TryDequeue(out var next))
            Run(next.Source, next.Node);
    }

    private void RunDeferred()
    {
        while (_deferred.TryDequeue(out var next))
            RunCallbacks(next.Source, next.Node ?? next.Source.TakeCallbacks());
    }

    private void DropFrames(int count)
    {
        Array.Clear(_frames, count, _frameCount - count);
        _frameCount = count;
    }

    /// <summary>
    /// Runs the list of callbacks that ends in <paramref name="node"/>, or a single node that is in no list.
    /// </summary>
    private void RunCallbacks(Promise source, Continuation? node)
    {
        if (node is null)
            return;
        var bottom = _frameCount;
        var storageAtBottom = Storage;
        var leftBottom = false;
        // The rest of the node's list. Most lists have one node: the flag avoids asking the node.
        Callback? next = null;
        if ((source.Flags & (Promise.HasCancelNodes | Promise.HasSeveral)) != 0)
        {
            node = Open(source, node, out next);
            storageAtBottom = Storage;
        }
        while (true)
        {
            var resolved = node.Run(source, this);
            if (resolved is not null && resolved.TakeCallbacks() is { } inner)
            {
                if (next is not null)
                    Push(next, source);
                else if (!leftBottom && _frameCount == bottom)
                {
                    // The outermost list is done: deferred wakeups start from the storage that it left.
                    storageAtBottom = Storage;
                    leftBottom = true;
                }
                source = resolved;
                node = inner;
                next = null;
                if ((source.Flags & (Promise.HasCancelNodes | Promise.HasSeveral)) != 0)
                    node = Open(source, node, out next);
                continue;
            }
            if (next is null)
            {
                if (_frameCount == bottom)
                    break;
                ref var frame = ref _frames[--_frameCount];
                next = frame.Next;
                source = frame.Source;
                Storage = frame.Storage;
                frame = default;
            }
            node = next;
            next = TakeNext(next);
        }
        Debug.Assert(_frameCount == bottom, "A list leaves the frames as it found them.");
        if (leftBottom)
            Storage = storageAtBottom;
    }

    /// <summary>
    /// Opens a list that may have several nodes, runs its cancel callbacks if the promise was cancelled, and returns
    /// its first node.
    /// </summary>
    private Continuation Open(Promise source, Continuation last, out Callback? next)
    {
        next = null;
        if (last is not Callback tail)
            return last;
        var first = TakeNext(tail) ?? tail;
        if ((source.Flags & Promise.HasCancelNodes) != 0)
            RunCancelCallbacks(source, first);
        next = TakeNext(first);
        return first;
    }

    private static Callback? TakeNext(Callback node)
    {
        var next = node.Next;
        if (next is not null)
            node.Next = null;
        return next;
    }

    private void Push(Callback next, Promise source)
    {
        if (_frameCount == _frames.Length)
            Array.Resize(ref _frames, 2 * _frameCount);
        ref var frame = ref _frames[_frameCount++];
        Debug.Assert(frame.Next is null && frame.Source is null, "The frames above the count are empty.");
        frame.Next = next;
        frame.Source = source;
        frame.Storage = Storage;
    }

    /// <summary>Runs the cancel callbacks, which come before all others, if the promise was cancelled.</summary>
    private void RunCancelCallbacks(Promise source, Callback first)
    {
        if (source.State != Promise.Rejected || !PromiseCanceledException.Is(source.Reason))
            return;
        for (Callback? node = first; node is not null; node = node.Next)
            if (node is CancelCallback callback)
                callback.RunCanceled(this);
    }
}

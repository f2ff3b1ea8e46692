using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class EventLoop
{
    private UnflushedChannels? _unflushed;

    /// <summary>The output channels of this loop that have something to write.</summary>
    internal UnflushedChannels Unflushed => _unflushed ??= new(this);
}

/// <summary>The output channels of a loop that have bytes in their buffers, or a write under way.</summary>
/// <remarks>
/// One promise of pause, used again and again, serves all of them: a write costs no object. Invariant: the channel at place i of
/// <c>_channels</c> has i as its PlaceInLoop; all others have -1.
/// </remarks>
internal sealed class UnflushedChannels
{
    private readonly Driver _driver;
    private readonly Turn _turn;
    private readonly List<OutputChannel> _channels = [];

    // Those that want to be flushed in the next turn; the other list is the one of the turn under way.
    private List<OutputChannel> _scheduled = [];
    private List<OutputChannel> _spare = [];

    internal UnflushedChannels(EventLoop loop)
    {
        _driver = loop.Driver;
        _turn = new(this);
        // As Lwt does: after all other hooks.
        loop.AtExit(FlushAllAtExit, first: false);
    }

    internal void Add(OutputChannel channel)
    {
        if (channel.PlaceInLoop >= 0)
            return;
        channel.PlaceInLoop = _channels.Count;
        _channels.Add(channel);
    }

    internal void Remove(OutputChannel channel)
    {
        var place = channel.PlaceInLoop;
        if (place < 0)
            return;
        var last = _channels[^1];
        _channels[place] = last;
        last.PlaceInLoop = place;
        _channels.RemoveAt(_channels.Count - 1);
        channel.PlaceInLoop = -1;
    }

    /// <summary>Has a channel flushed in the next iteration of the loop.</summary>
    internal void Schedule(OutputChannel channel)
    {
        Add(channel);
        _scheduled.Add(channel);
        if (_scheduled.Count == 1)
            _turn.Begin(_driver);
    }

    internal Promise<TUnit> FlushAll<TUnit>()
    {
        // A flush that ends at once takes its channel off the list.
        OutputChannel[] channels = [.. _channels, .. _driver.Loop.Shared.Buffered.Except(_channels)];
        return Primitives.Join<TUnit>(Array.ConvertAll(channels, Quietly));
    }

    private Promise FlushAllAtExit() => FlushAll<Unit>();

    private static async Promise Quietly(OutputChannel channel)
    {
        try
        {
            await channel.Flush();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // One channel's failure is not another's.
        }
    }

    private void FlushScheduled()
    {
        (_scheduled, _spare) = (_spare, _scheduled);
        try
        {
            foreach (var channel in _spare)
                channel.FlushInTurn();
        }
        finally
        {
            _spare.Clear();
        }
    }

    /// <summary>A pause that is used again and again, and its callback.</summary>
    private sealed class Turn(UnflushedChannels channels) : Promise<Unit>(channels._driver, 0)
    {
        private readonly Flusher _flusher = new(channels);

        internal void Begin(Driver driver)
        {
            State = Pending;
            Slot = _flusher;
            driver.Paused.Add(this);
        }

        internal override void DescribeWait(WaitReport report) => report.On("the flush of output channels");
    }

    private sealed class Flusher(UnflushedChannels channels) : Callback
    {
        internal override Promise? Run(Promise source, Driver driver)
        {
            driver.Storage = null;
            channels.FlushScheduled();
            return null;
        }
    }
}

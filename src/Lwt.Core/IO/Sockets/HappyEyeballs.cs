using System.Net;

namespace Lwt.Core;

/// <summary>
/// Connects to the first of several addresses that answers (RFC 8305): one of a host's addresses may lead nowhere, and say
/// nothing for minutes.
/// </summary>
/// <remarks>
/// Addresses of the two families take turns, the family of the first address first. An attempt begins when the one before it
/// has failed, or has not answered for a while; the earlier ones go on. The first that connects wins, and the others are
/// cancelled. Invariant: a connection in <c>running</c> that is not returned is closed.
/// </remarks>
internal static class HappyEyeballs
{
    private static readonly TimeSpan s_headStart = TimeSpan.FromMilliseconds(250);

    /// <summary>The addresses in the order in which they are tried.</summary>
    private static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count < 3)
            return addresses;
        var first = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily));
        var second = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily));
        var order = new List<IPAddress>(addresses.Count);
        while (order.Count < addresses.Count)
        {
            if (first.TryDequeue(out var address))
                order.Add(address);
            if (second.TryDequeue(out address))
                order.Add(address);
        }
        return order;
    }

    /// <summary>See <see cref="PromiseSocket.Connect(IReadOnlyList{IPAddress}, int)"/>.</summary>
    internal static async Promise<PromiseSocket> Connect(IReadOnlyList<IPAddress> addresses, int port)
    {
        addresses = Interleave(addresses);
        var running = new List<Promise<PromiseSocket>>();
        PromiseSocket? winner = null;
        Exception? failure = null;
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0; )
            {
                if (next < addresses.Count)
                    running.Add(PromiseSocket.Connect(new IPEndPoint(addresses[next++], port)));
                await Progress(running, mayStartAnother: next < addresses.Count);
                foreach (var ended in running.Where(attempt => !attempt.IsPending).ToArray())
                {
                    if (ended.IsRejected)
                        failure ??= ended.Exception;
                    else if (winner is null)
                        winner = await ended;
                    else
                        continue;
                    running.Remove(ended);
                }
                if (winner is not null)
                    return winner;
            }
            throw failure!;
        }
        finally
        {
            foreach (var loser in running)
                if (loser.IsPending)
                    loser.Cancel();
                else if (!loser.IsRejected)
                    (await loser).Dispose();
        }
    }

    /// <summary>Waits until an attempt has ended, or the latest one has had its head start.</summary>
    private static async Promise Progress(List<Promise<PromiseSocket>> running, bool mayStartAnother)
    {
        List<Promise<Unit>> events = [.. running.Select(attempt => Ended(attempt))];
        if (mayStartAnother)
            events.Add(Promise.Sleep(s_headStart).AsUnit());
        try
        {
            await Promise.Choose(events);
        }
        finally
        {
            if (mayStartAnother)
                events[^1].Cancel();
        }
    }

    /// <summary>Fulfilled when a promise is resolved, either way. Cancelling it leaves the promise alone.</summary>
    private static Promise<Unit> Ended(Promise promise)
    {
        if (!promise.IsPending)
            return Promise.Return(default(Unit));
        var (ended, resolver) = Promise.CreateCancelable<Unit>();
        promise.OnTermination(() =>
        {
            if (ended.IsPending)
                resolver.Fulfill(default);
        });
        return ended;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Lwt.Core.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>A promise of each kind that the library has, and what it says it waits for.</summary>
internal static class WaitKinds
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private static readonly string s_file = Path.GetTempFileName();

    private const string Slept = "a sleep that ends in 1 s";
    private const string Made = "a promise made by Promise.Create (F#: Lwt.wait)";
    private const string Task = "a promise made by Promise.CreateCancelable (F#: Lwt.task)";

    // The type of the kind, by its name; the primitive or state, if the kind has several; how it is made; what it says.
    internal static readonly (string Kind, string Case, Func<Promise> Make, string Says)[] All =
    [
        ("Promise`1", "wait", () => Promise.Create<Unit>().Promise, Made),
        ("Promise`1", "task", () => Promise.CreateCancelable<Unit>().Promise, Task),
        ("Pausing`1", "", Promise.Pause, "a pause"),
        (
            "Pausing`1",
            "abandoned",
            AbandonedPause,
            "a pause that was abandoned (Promise.AbandonPaused, F#: Lwt.abandon_paused)"
        ),
        ("Sleeping`1", "", Sleep, Slept),
        ("Waiting`2", "EndlessSleep", () => Promise.Sleep(Timeout.InfiniteTimeSpan), "a sleep without end"),
        ("Bind`2", "", () => Sleep().Bind(Promise.Return), Slept),
        ("Map`2", "", () => Sleep().Map(() => 1), Slept),
        ("Catch`2", "", () => Promise.Catch(Sleep, Promise.Fail), Slept),
        ("TryBind`3", "", () => Promise.Finalize(Sleep, Promise.Return), Slept),
        ("Join`1", "", () => Promise.Join(Sleep(), Pending(), Sleep()), $"2 times {Slept}, {Made}"),
        ("ChooseOfTwo`1", "", () => Promise.Choose(Pending(), Pause()), $"{Made}, a pause"),
        ("PickOfTwo`1", "", () => Promise.Pick(Pending(), Pause()), $"{Made}, a pause"),
        ("Choose`1", "", () => Promise.Choose(Pending(), Pause(), Pending()), $"2 times {Made}, a pause"),
        ("Pick`1", "", () => Promise.Pick(Pending(), Pause(), Pending()), $"2 times {Made}, a pause"),
        ("NChoose`3", "", () => Promise.NPick(Pending(), Pause()), $"{Made}, a pause"),
        ("NChooseSplit`3", "", () => Promise.NChooseSplit(Pending(), Pause()), $"{Made}, a pause"),
        ("NoCancel`1", "", () => Pause().NoCancel(), "a pause"),
        ("Protected`1", "", () => Pause().Protected(), "a pause"),
        ("Wrap", "wrap_in_cancelable", () => Pause().WrapInCancelable(), "a pause"),
        (
            "Wrap",
            "a token",
            () => Primitives.WithCancellation(Pending(), new CancellationTokenSource().Token),
            $"a CancellationToken that can cancel it (WithCancellation), {Made}"
        ),
        ("AsyncBox`2", "a promise", () => Await(Sleep()), Slept),
        (
            "AsyncBox`2",
            "a foreign awaiter",
            () => Await(new TaskCompletionSource()),
            "an awaiter that is no promise, which an async method awaits"
        ),
        ("Deferral", "", () => Descend(1_000_000), "its turn in the loop, for the stack had no room to go on at once"),
        ("ScopeEnd`1", "", Scope, $"{Slept}, a pause"),
        ("Locked`2", "its body", () => new PromiseMutex().WithLock(Sleep), Slept),
        (
            "LockedTurn",
            "held by WithLock",
            () => Held(mutex => mutex.WithLock(Promise.Return)),
            $"a turn at a PromiseMutex (F#: Lwt_mutex) whose holder waits for: {Slept}"
        ),
        (
            "LockedTurn",
            "held by Lock",
            () => Locked(mutex => mutex.WithLock(Promise.Return)),
            "a turn at a PromiseMutex (F#: Lwt_mutex) that Lock or Acquire took and that is not unlocked"
        ),
        (
            "Turn`1",
            "Lock, held by WithLock",
            () => Held(mutex => mutex.Lock()),
            $"a turn at a PromiseMutex (F#: Lwt_mutex) whose holder waits for: {Slept}"
        ),
        (
            "Turn`1",
            "Acquire, held by Lock",
            () => Locked(mutex => mutex.Acquire()),
            "a turn at a PromiseMutex (F#: Lwt_mutex) that Lock or Acquire took and that is not unlocked"
        ),
        (
            "Waiting`2",
            "ConditionSignal",
            () => new PromiseCondition<Unit>().Wait(),
            "a signal of a PromiseCondition (F#: Lwt_condition)"
        ),
        (
            "Waiting`2",
            "MailboxValue",
            () => new PromiseMailbox<Unit>().Take(),
            "a value in a PromiseMailbox (F#: Lwt_mvar.take)"
        ),
        (
            "Waiting`2",
            "MailboxRoom",
            () => new PromiseMailbox<int>(1).Put(2),
            "room in a PromiseMailbox (F#: Lwt_mvar.put)"
        ),
        (
            "Turn",
            "a pool in use",
            PoolInUse,
            $"a member of a PromisePool (F#: Lwt_pool; 2 of 2 made, 0 free) whose uses wait for: ({Slept}, a pause)"
        ),
        (
            "Turn",
            "a pool that makes its member",
            PoolInTheMaking,
            $"a member of a PromisePool (F#: Lwt_pool; 1 of 1 made, 0 free) whose uses wait for: {Slept}"
        ),
        (
            "FunctionJob`1",
            "",
            () => EventLoop.Current.Workers.Run(() => Thread.Sleep(1)),
            "a call (WorkerPool.Run) on a thread of a WorkerPool"
        ),
        (
            "FunctionJob`1",
            "a busy pool",
            () =>
            {
                var pool = new WorkerPool(0, 1);
                _ = pool.Run(() => Thread.Sleep(100));
                return pool.Run(() => { });
            },
            "a free thread of a WorkerPool, whose 1 are busy, for a call (WorkerPool.Run)"
        ),
        ("FileOpenJob", "", () => PromiseFile.OpenRead("/no"), "open of /no on a thread of a WorkerPool"),
        (
            "DirectoryOpenJob",
            "",
            () => PromiseDirectory.Enumerate("/no").Next(),
            "an element of a PromiseStream (F#: Lwt_stream) whose source waits for: a Task (AsPromise, F#: Lwt.of_task)"
        ),
        ("FileReadJob", "", () => AFile().Read(new byte[200_000]), $"read of {s_file} on a thread of a WorkerPool"),
        ("FileWriteJob", "", () => AFile().WriteAt(new byte[1], 0), $"pwrite of {s_file} on a thread of a WorkerPool"),
        (
            "FileReadVectorJob",
            "",
            () => AFile().Read([new byte[200_000]]),
            $"readv of {s_file} on a thread of a WorkerPool"
        ),
        (
            "FileWriteVectorJob",
            "",
            () => AFile().Write([new byte[1]]),
            $"writev of {s_file} on a thread of a WorkerPool"
        ),
        ("FileCallJob`1", "", () => AFile().FlushToDisk(), $"fsync of {s_file} on a thread of a WorkerPool"),
        (
            "FileCloseJob",
            "",
            () => Primitives.ClosePort<Unit>(AFile()),
            $"close of {s_file} on a thread of a WorkerPool"
        ),
        ("JobTurn", "", SecondWrite, $"write of {s_file} on a thread of a WorkerPool, before lseek of {s_file}"),
        ("Turn", "a throttle", Throttled, "a turn at a PromiseThrottle (F#: Lwt_throttle)"),
        (
            "TaskInSequence`1",
            "",
            () => Primitives.AddTask(new Sequence<Resolver<Unit>>(), left: false),
            "a resolver in a Sequence (F#: Lwt.add_task_r, Lwt.add_task_l)"
        ),
        (
            "TaskInSequence`1",
            "taken out",
            TakenOutOfSequence,
            "a resolver taken out of a Sequence (F#: Lwt.add_task_r, Lwt.add_task_l)"
        ),
        ("ReadOperation", "", () => Connected().Read(new byte[1]), "read on a socket"),
        ("WriteOperation", "", () => FullPort().Write(new byte[1]), "write on a socket"),
        (
            "ReadVectorOperation",
            "",
            () => Connected().Read([new byte[1], new Memory<byte>(new byte[1])]),
            "readv on a socket"
        ),
        ("WriteVectorOperation", "", () => FullPort().Write([new byte[1], new byte[1]]), "writev on a socket"),
        ("ReadyOperation", "reading", () => Connected().Readable(), "wait_read on a socket"),
        ("ReadyOperation", "writing", () => FullPort().Writable(), "wait_write on a socket"),
        ("ReceiveOperation", "", () => Connected().Receive(new byte[1], SocketFlags.Peek), "recv on a socket"),
        ("SendOperation", "", () => FullPort().Send(new byte[1], SocketFlags.OutOfBand), "send on a socket"),
        ("AcceptOperation", "", () => Listening().Accept(), "accept on the socket on 127.0.0.1:7007"),
        ("ConnectOperation", "", Connecting, "connect on the connection to 10.0.0.1:80"),
        ("ReceiveFromOperation", "", () => Datagrams().ReceiveFrom(new byte[1]), "recvfrom on a socket"),
        ("SendToOperation", "", SendTo, "sendto on the socket on 127.0.0.1:7008"),
        ("ReceiveMessageOperation", "", () => Connected().ReceiveMessage([new byte[1]]), "recv_msg on a socket"),
        ("SendMessageOperation", "", () => FullPort().SendMessage([new byte[1]]), "send_msg on a socket"),
        (
            "SignalWait",
            "",
            () => Promise.NextSignal(PosixSignal.SIGINT, PosixSignal.SIGTERM),
            "a signal, SIGINT or SIGTERM"
        ),
        ("TaskPromise`1", "", () => new TaskCompletionSource().Task.AsPromise(), "a Task (AsPromise, F#: Lwt.of_task)"),
        (
            "TaskPromise`1",
            "a ValueTask",
            () => new ValueTask(new TaskCompletionSource().Task).AsPromise(),
            "a Task (AsPromise, F#: Lwt.of_task)"
        ),
        ("TaskPromise`1", "ended", EndedTask, "its turn in the loop: a Task has ended"),
        (
            "External",
            "",
            () => Promise.CreateThreadSafe<Unit>().Promise,
            "a thread-safe resolver (Promise.CreateThreadSafe, F#: Lwt.wait_thread_safe)"
        ),
        ("External", "resolved", ResolvedFromOutside, "its turn in the loop: another thread has resolved it"),
        (
            "External",
            "console output",
            Written,
            "console output that is to be written (OutputChannel, F#: Lwt_io.flush)"
        ),
        (
            "Reader",
            "",
            () => InputChannel.Of(() => new StringReader("")).ReadLine(),
            "standard input (InputChannel, F#: Lwt_io.stdin)"
        ),
        (
            "Writer",
            "",
            () => OutputChannel.Of(() => new Shut()).Write(new string('x', 80_000)),
            "room in the buffer of the console (OutputChannel, F#: Lwt_io)"
        ),
        (
            "Waiting`2",
            "StreamElement",
            () => PromiseStream.Create<int>().Stream.Next(),
            "an element of a PromiseStream (F#: Lwt_stream)"
        ),
        (
            "PulledElement",
            "",
            () => PromiseStream.From(() => Sleep().Map(() => Maybe<int>.None)).Next(),
            $"an element of a PromiseStream (F#: Lwt_stream) whose source waits for: {Slept}"
        ),
        ("BlockedPush`2", "", Full, "room in a bounded PromiseStream (F#: Lwt_stream.create_bounded)"),
        (
            "Waiting`2",
            "StreamEnd",
            () => PromiseStream.Create<int>().Stream.Closed,
            "the end of a PromiseStream (F#: Lwt_stream.closed)"
        ),
        ("Waiting`2", "StreamDisposal", Disposed, "the disposal of the sequence that a PromiseStream reads"),
        // The promise of a full stream has one of these inside once it is cancelled or forwarded.
        ("Waiting`2", "StreamRoom", Full, "room in a bounded PromiseStream (F#: Lwt_stream.create_bounded)"),
        (
            "Waiting`2",
            "ChannelTurn",
            SecondRead,
            "a turn on an InputChannel or OutputChannel that another operation has (F#: Lwt_io)"
        ),
    ];

    // Kinds that no promise of a user can wait for alone, and why.
    internal static readonly Dictionary<string, string> Exempt = new()
    {
        ["Ending"] = "Names the number of the process. Has a test of its own.",
        ["BlockToken"] = "Stands beside what a block waits for; nobody waits for it. Tested in F#, which has blocks.",
    };

    private static FilePort AFile() => TestFiles.Open(s_file);

    private static Promise<long> SecondWrite()
    {
        var file = AFile();
        _ = file.Write(new byte[1]);
        return file.Seek(0, SeekOrigin.Begin);
    }

    private static Port Connected() => EventLoop.Current.Ports.SocketPair(SocketType.Stream).First;

    private static Port FullPort()
    {
        var port = Connected();
        while (!port.Write(new byte[64 * 1024]).IsPending) { }
        return port;
    }

    private static Port Listening()
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 7007));
        port.Listen(1);
        return port;
    }

    private static Promise Connecting() =>
        EventLoop
            .Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default)
            .Connect(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 80));

    private static Port Datagrams() =>
        EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);

    private static Promise<int> SendTo()
    {
        var port = Datagrams();
        port.Bind(new IPEndPoint(IPAddress.Loopback, 7008));
        while (true)
            if (port.SendTo(new byte[60_000], new IPEndPoint(IPAddress.Loopback, 9)) is { IsPending: true } sent)
                return sent;
    }

    private static Promise<string?> SecondRead()
    {
        var input = new Channels.Fed().Channel;
        input.ReadLine();
        return input.ReadLine();
    }

    private static Promise Sleep() => Promise.Sleep(s_second);

    private static Promise<Unit> Pause() => Promise.Pause().AsUnit();

    private static Promise<Unit> Pending() => Promise.Create<Unit>().Promise;

    private static Promise AbandonedPause()
    {
        var pause = Promise.Pause();
        Promise.AbandonPaused();
        return pause;
    }

    private static async Promise Await(Promise promise) => await promise;

    private static async Promise Await(TaskCompletionSource completion) => await completion.Task;

    private static Promise Descend(int depth) =>
        depth == 0 ? Promise.Return() : Promise.Return().Bind(() => Descend(depth - 1));

    private static Promise Scope() =>
        PromiseScope.Run(scope =>
        {
            scope.Start(Sleep);
            return Promise.Pause();
        });

    private static Promise Held(Func<PromiseMutex, Promise> wait)
    {
        var mutex = new PromiseMutex();
        mutex.WithLock(Sleep);
        return wait(mutex);
    }

    private static Promise Locked(Func<PromiseMutex, Promise> wait)
    {
        var mutex = new PromiseMutex();
        mutex.Lock();
        return wait(mutex);
    }

    private static Promise PoolInUse()
    {
        var pool = new PromisePool<int>(2, () => Promise.Return(1));
        // One that has ended is not told of.
        pool.Use(_ => Promise.Return());
        pool.Use(_ => Sleep());
        pool.Use(_ => Promise.Pause());
        return pool.Use(_ => Promise.Return());
    }

    private static Promise PoolInTheMaking()
    {
        var pool = new PromisePool<int>(1, () => Sleep().Map(() => 1));
        pool.Use(_ => Promise.Return());
        return pool.Use(_ => Promise.Return());
    }

    private static Promise<bool> Throttled()
    {
        var throttle = new PromiseThrottle<int>(1, 1);
        throttle.Wait(0);
        return throttle.Wait(0);
    }

    private static Promise<Unit> TakenOutOfSequence()
    {
        var sequence = new Sequence<Resolver<Unit>>();
        var task = Primitives.AddTask(sequence, left: false);
        Assert.True(sequence.TryTakeLeft(out _));
        return task;
    }

    private static Promise EndedTask()
    {
        var completion = new TaskCompletionSource();
        var promise = completion.Task.AsPromise();
        completion.SetResult();
        return promise;
    }

    private static Promise<Unit> ResolvedFromOutside()
    {
        var (promise, resolver) = Promise.CreateThreadSafe<Unit>();
        resolver.TryFulfill(default);
        return promise;
    }

    private static Promise Written()
    {
        var output = OutputChannel.Of(() => new Shut());
        output.Write("text");
        return output.Flush();
    }

    private static Promise Full()
    {
        var (_, push) = PromiseStream.CreateBounded<int>(0);
        return push.Push(1);
    }

    private static Promise Disposed()
    {
        var stream = PromiseStream.OfAsyncEnumerable(Endless());
        stream.Next();
        return stream.DisposeAsync().AsTask() is { IsCompleted: false }
            ? Assert.IsAssignableFrom<Promise>(Reached.By(stream, "Waiting`2", "StreamDisposal"))
            : throw new InvalidOperationException("The stream was disposed of at once.");
    }

    private static async IAsyncEnumerable<int> Endless()
    {
        await new TaskCompletionSource().Task;
        yield break;
    }

    /// <summary>A writer that takes longer than a test: the end of a run waits for it.</summary>
    private sealed class Shut : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(string? value) => Thread.Sleep(300);
    }
}

using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of the synchronization primitives.</summary>
public class SynchronizationExamples
{
    [Fact]
    public void PromiseMutex_OneAtATime() =>
        Fresh.Async(async () =>
        {
            var balance = 0;

            // example: PromiseMutex
            var mutex = new PromiseMutex();
            async Promise Deposit(int amount)
            {
                using (await mutex.Acquire())
                {
                    var before = balance;
                    await Promise.Sleep(TimeSpan.FromSeconds(1)); // no other deposit runs meanwhile
                    balance = before + amount;
                }
            }
            await Promise.Join(Deposit(30), Deposit(12));
            // end

            Assert.Equal(42, balance);
        });

    [Fact]
    public void PromiseCondition_WakesTheWaiter() =>
        Fresh.Async(async () =>
        {
            var queue = new Queue<string>();

            // example: PromiseCondition
            var added = new PromiseCondition<Unit>();
            async Promise<string> Next()
            {
                while (queue.Count == 0)
                    await added.Wait();
                return queue.Dequeue();
            }
            var next = Next();
            queue.Enqueue("job");
            added.Signal(default); // Next continues and finds the job
            // end

            Assert.Equal("job", await next);
        });

    [Fact]
    public void PromiseMailbox_HandsOverValues() =>
        Fresh.Async(async () =>
        {
            var received = new List<int>();

            // example: PromiseMailbox
            var mailbox = new PromiseMailbox<int>();
            async Promise Produce()
            {
                for (var i = 1; i <= 3; i++)
                    await mailbox.Put(i); // waits while the mailbox is full
            }
            var producing = Produce();
            for (var i = 0; i < 3; i++)
                received.Add(await mailbox.Take()); // waits while it is empty
            // end

            await producing;
            Assert.Equal([1, 2, 3], received);
        });

    [Fact]
    public void PromisePool_ReusesItsMembers() =>
        Fresh.Async(async () =>
        {
            // example: PromisePool
            var pool = new PromisePool<Connection>(
                maxSize: 2,
                create: Connection.Open,
                dispose: connection => connection.Close()
            );
            var rows = await pool.Use(connection => connection.Query("select")); // opens a connection
            var more = await pool.Use(connection => connection.Query("select")); // uses it again
            await pool.Clear(); // closes it
            // end

            Assert.Equal((1, 2), (rows, more));
        });

    [Fact]
    public void PromiseSwitch_RunsItsHooks() =>
        Fresh.Async(async () =>
        {
            Connection? opened = null;

            // example: PromiseSwitch
            await PromiseSwitch.With(async resources =>
            {
                var connection = await Connection.Open();
                resources.AddHook(connection.Close); // called when the body has ended
                await connection.Query("select");
                opened = connection;
            });
            // end

            Assert.True(opened?.IsClosed);
        });

    [Fact]
    public void PromiseThrottle_LimitsTheRate() =>
        Fresh.Async(async () =>
        {
            // example: PromiseThrottle
            var throttle = new PromiseThrottle<string>(rate: 1, maxWaiting: 1);
            async Promise<string> Handle(string client) =>
                await throttle.Wait(client) ? $"hello {client}" : "too many requests";
            // end

            var answers = await Promise.All(Handle("Ann"), Handle("Ann"), Handle("Ann"));
            Assert.Equal(["hello Ann", "hello Ann", "too many requests"], answers);
            Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
        });

    [Fact]
    public void PromiseScope_EndsWithItsWork() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();
            async Promise Serve()
            {
                while (true)
                    log.Add(await Load("home"));
            }

            // example: PromiseScope
            await PromiseScope.Run(async scope =>
            {
                _ = scope.Start(Serve); // if Serve fails, the scope is cancelled and fails
                await Promise.Sleep(TimeSpan.FromSeconds(2.5));
                scope.Cancel(); // cancels Serve
            });
            // Serve has ended here.
            // end

            Assert.Equal(2, log.Count);
        });
}

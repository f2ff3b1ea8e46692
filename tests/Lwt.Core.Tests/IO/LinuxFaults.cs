using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lwt.Core.Tests;

/// <summary>Faults that only the system can make, on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxFaults
{
    private const int LimitOfDescriptors = 7;
    private const int WindowChanged = 28;

    /// <summary>Leaves the process without a free descriptor until the result is disposed of.</summary>
    internal static IDisposable TakeAllDescriptors() => new NoDescriptors();

    /// <summary>Sends signals to the current thread, as fast as it can, until the result is disposed of.</summary>
    internal static Signals InterruptThisThread() => new();

    private sealed class NoDescriptors : IDisposable
    {
        private readonly Limit _before;
        private readonly List<int> _taken = [];
        private readonly PoolOfFixedSize _pool;

        internal NoDescriptors()
        {
            LoadAssemblies();
            _pool = new PoolOfFixedSize();
            Assert.Equal(0, getrlimit(LimitOfDescriptors, ref _before));
            var highest = Directory.GetFiles("/proc/self/fd").Max(file => int.Parse(Path.GetFileName(file)));
            var limit = _before with { Current = (ulong)highest + 1 };
            Assert.Equal(0, setrlimit(LimitOfDescriptors, ref limit));
            // Those below the highest that are free.
            while (dup(0) is var taken and >= 0)
                _taken.Add(taken);
        }

        public void Dispose()
        {
            foreach (var taken in _taken)
                _ = close(taken);
            var before = _before;
            Assert.Equal(0, setrlimit(LimitOfDescriptors, ref before));
            _pool.Dispose();
        }

        /// <summary>
        /// Loads all that Lwt.Core refers to. An assembly that cannot be opened for want of a descriptor is held for
        /// missing from then on.
        /// </summary>
        private static void LoadAssemblies()
        {
            var (loaded, left) = (new HashSet<string>(), new Stack<Assembly>([typeof(EventLoop).Assembly]));
            while (left.TryPop(out var assembly))
            {
                foreach (var name in assembly.GetReferencedAssemblies())
                {
                    if (loaded.Add(name.FullName))
                        left.Push(Assembly.Load(name));
                }
            }
        }
    }

    /// <summary>
    /// Holds the thread pool at the number of threads that it has, and a few more. A new thread needs descriptors of
    /// its own: where none is left, .NET ends the process with "Out of memory."
    /// </summary>
    private sealed class PoolOfFixedSize : IDisposable
    {
        private const int Added = 4;

        private readonly (int Workers, int Ports) _least;
        private readonly (int Workers, int Ports) _most;

        internal PoolOfFixedSize()
        {
            ThreadPool.GetMinThreads(out _least.Workers, out _least.Ports);
            ThreadPool.GetMaxThreads(out _most.Workers, out _most.Ports);
            ThreadPool.SetMinThreads(ThreadPool.ThreadCount + Added, _least.Ports);
            // Each waits for the others, so each has a thread of its own.
            var all = new CountdownEvent(Added);
            for (var i = 0; i < Added; i++)
            {
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    all.Signal();
                    all.Wait();
                });
            }
            all.Wait();
            var size = ThreadPool.ThreadCount;
            ThreadPool.SetMinThreads(size, _least.Ports);
            ThreadPool.SetMaxThreads(size, _most.Ports);
        }

        public void Dispose()
        {
            ThreadPool.SetMaxThreads(_most.Workers, _most.Ports);
            ThreadPool.SetMinThreads(_least.Workers, _least.Ports);
        }
    }

    internal sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration _registration;
        private readonly Thread _sender;
        private volatile bool _stops;
        private int _sent;

        internal Signals()
        {
            // Without a handler the signal would be ignored, and interrupt nothing.
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => { });
            var (process, thread) = (Environment.ProcessId, gettid());
            _sender = new Thread(() =>
            {
                while (!_stops)
                {
                    Interlocked.Add(ref _sent, tgkill(process, thread, WindowChanged) == 0 ? 1 : 0);
                    Thread.Sleep(TimeSpan.FromMicroseconds(50));
                }
            });
            _sender.Start();
        }

        internal int Sent => Volatile.Read(ref _sent);

        public void Dispose()
        {
            _stops = true;
            _sender.Join();
            _registration.Dispose();
        }
    }

    private struct Limit
    {
        internal ulong Current;
        internal ulong Most;
    }

    [DllImport("libc")]
    private static extern int getrlimit(int resource, ref Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, ref Limit limit);

    [DllImport("libc")]
    private static extern int dup(int descriptor);

    [DllImport("libc")]
    private static extern int close(int descriptor);

    [DllImport("libc")]
    private static extern int gettid();

    [DllImport("libc")]
    private static extern int tgkill(int process, int thread, int signal);
}

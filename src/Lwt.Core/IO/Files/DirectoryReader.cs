namespace Lwt.Core.CompilerServices;

/// <summary>
/// An open directory that is read entry by entry, in the order of the system; many are read at a time. F#:
/// <c>Lwt_unix.dir_handle</c>. In C#, see <see cref="PromiseDirectory.Enumerate"/>.
/// </summary>
public sealed class DirectoryReader : IDisposable
{
    private const int MostAtOnce = 256;

    private readonly OpenDirectory _directory;
    private readonly string _path;
    private readonly PromiseMutex _turns = new();
    private readonly Queue<DirectoryEntry> _entries = new();

    private DirectoryReader(OpenDirectory directory, string path) => (_directory, _path) = (directory, path);

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Opens a directory.</summary>
    public static Promise<DirectoryReader> Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var workers = EventLoop.Current.Workers;
        return Primitives.Map<DirectoryReader, Opened>(workers.Start(new DirectoryOpenJob(path, workers)), new(path));
    }

    /// <summary>The next entry; null at the end. Those for the directory itself and the one above it come too.</summary>
    /// <param name="call">For messages.</param>
    public Promise<DirectoryEntry?> Next(string call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Read(call, () => _entries.TryDequeue(out var entry) ? entry : null);
    }

    /// <summary>So many entries, or fewer if many were read ahead or there are no more; none at the end.</summary>
    /// <param name="call">For messages.</param>
    /// <param name="count">How many at most.</param>
    public Promise<DirectoryEntry[]> Next(string call, int count)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? Promise.Return<DirectoryEntry[]>([]) : Many(call, count);
    }

    /// <summary>Begins anew with the first entry.</summary>
    /// <param name="call">For messages.</param>
    public async Promise Rewind(string call)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var turn = await _turns.Acquire();
        await OnPool<Unit>(
            call,
            () =>
            {
                _directory.Rewind();
                return default;
            }
        );
        _entries.Clear();
    }

    /// <summary>Closes the directory. What reads it now goes on; it is closed when that has ended.</summary>
    public void Dispose()
    {
        IsClosed = true;
        _entries.Clear();
        _directory.Dispose();
    }

    private async Promise<DirectoryEntry[]> Many(string call, int count)
    {
        var all = new List<DirectoryEntry>();
        while (all.Count < count && await Next(call) is { } entry)
            all.Add(entry);
        return [.. all];
    }

    private Promise<T> Read<T>(string call, Func<T> take)
    {
        if (IsClosed)
            return new(new PortClosedException(call, $"the directory {_path}"));
        return _entries.Count > 0 && !_turns.IsLocked ? Promise.Return(take()) : ReadMore(call, take);
    }

    private async Promise<T> ReadMore<T>(string call, Func<T> take)
    {
        using var turn = await _turns.Acquire();
        if (_entries.Count == 0)
            foreach (var (name, kind) in await OnPool(call, () => _directory.Next(MostAtOnce)))
                _entries.Enqueue(new(_path, name, kind));
        return IsClosed ? throw new PortClosedException(call, $"the directory {_path}") : take();
    }

    private Promise<T> OnPool<T>(string call, Func<T> f) =>
        IsClosed
            ? new(new PortClosedException(call, $"the directory {_path}"))
            : Primitives.Detach(EventLoop.Current.Workers, $"{call} of {_path}", f);

    private readonly struct Opened(string path) : IPlainStep<DirectoryReader>
    {
        public DirectoryReader Invoke(Promise source) => new(Primitives.Value<OpenDirectory>(source), path);
    }
}

/// <summary>Opens a directory.</summary>
internal sealed class DirectoryOpenJob(string path, WorkerPool pool) : WorkerJob<OpenDirectory>(pool)
{
    public override string Name => $"opendir of {path}";

    private protected override OpenDirectory Work() => FileSystem.Current.OpenDirectory(path);

    private protected override void Discard(OpenDirectory value) => value.Dispose();
}

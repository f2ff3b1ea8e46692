using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>How to make a <see cref="ChannelServer"/>.</summary>
public sealed class ChannelServerOptions
{
    /// <summary>How many connections may wait to be accepted.</summary>
    public int Backlog { get; init; } = PromiseSocket.DefaultBacklog;

    /// <summary>
    /// How many clients are served at one time; further ones wait to be accepted. No limit by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than one.</exception>
    public int MaxClients
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>Whether a connection is left open when the promise of its handler is resolved. OCaml: <c>?no_close</c>.</summary>
    public bool LeaveOpen { get; init; }

    /// <summary>The options of the channels.</summary>
    public ChannelOptions? Channels { get; init; }

    /// <summary>
    /// Has the server talk TLS: a certificate, and what else .NET can set. Null, the default, for plain connections. The handler
    /// is called once TLS has begun; <see cref="ChannelConnection.Tls"/> tells what was agreed on.
    /// </summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>How long a client may take to begin TLS before it is dropped; 10 seconds by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Told of a handler that failed, and once of each series of failures to accept. By default the async exception hook
    /// (<see cref="AsyncExceptions"/>) is, but not of a connection that its peer has cut or the program has closed: that ends
    /// a handler, and is no reason to end the server. Nor is a client that fails to begin TLS.
    /// </summary>
    public Action<Exception>? OnError { get; init; }
}

/// <summary>
/// Accepts connections, and calls a handler with each. OCaml:
/// <c>Lwt_io.establish_server_with_client_address</c>.
/// </summary>
/// <remarks>
/// The clients are served concurrently. When the promise of a handler is resolved, its output is flushed and the
/// connection closed. Where the system has no more descriptors, the server waits, 100 ms at first and up to 1 s, and tries
/// again.
/// </remarks>
/// <example>
/// <code>
/// await using var server = ChannelServer.Start(
///     new IPEndPoint(IPAddress.Loopback, 0),
///     async client =>
///     {
///         while (await client.Input.ReadLine() is { } line)
///             await client.Output.WriteLine(line);
///     }
/// );
/// </code>
/// </example>
public sealed class ChannelServer : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly Port _listener;
    private readonly EndPoint? _address;

    // Serves a client to its end; rejected only by what nobody may catch.
    private readonly Func<Client, Promise> _serve;
    private readonly ChannelServerOptions _options;
    private readonly EventLoop _loop = EventLoop.Current;
    private readonly HashSet<Client> _clients = [];

    // Broadcast to when a client has gone, and when the server stops.
    private readonly PromiseCondition<Unit> _changed = new();
    private readonly Promise _accepting;
    private bool _stopped;

    private ChannelServer(Port listener, EndPoint? address, Func<Client, Promise> serve, ChannelServerOptions options)
    {
        (_listener, _address, _serve, _options) = (listener, address, serve, options);
        _accepting = AcceptAll();
    }

    /// <summary>The address of the server: tells the port that the system chose.</summary>
    public EndPoint LocalEndPoint => _address ?? _listener.LocalEndPoint;

    /// <summary>How many clients are being served.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>Whether the server accepts connections.</summary>
    public bool IsListening => !_stopped;

    /// <summary>Listens at an address, and serves whoever connects.</summary>
    /// <param name="address">Where: port 0 takes any that is free, which <see cref="LocalEndPoint"/> tells.</param>
    /// <param name="handler">Serves one client.</param>
    /// <param name="options">The number of clients, and what else can be chosen.</param>
    public static ChannelServer Start(
        EndPoint address,
        Func<ChannelConnection, Promise> handler,
        ChannelServerOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new();
        var socket = PromiseSocket.Listen(address, options.Backlog);
        // Accepted connections have it too: a flush sends at once.
        if (address is IPEndPoint && OperatingSystem.IsLinux())
            socket.NoDelay = true;
        return new(socket.Port, socket.LocalEndPoint, client => client.Serve(handler), options);
    }

    /// <summary>As the other, on a port that listens already.</summary>
    public static ChannelServer Start(
        Port listener,
        Func<ChannelConnection, Promise> handler,
        ChannelServerOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(handler);
        return new(listener, null, client => client.Serve(handler), options ?? new());
    }

    /// <summary>
    /// As the others, with a handler that is given each connection as a port: without channels, and without TLS.
    /// </summary>
    public static ChannelServer StartPorts(
        Port listener,
        Func<Port, Promise> handler,
        ChannelServerOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(handler);
        return new(listener, null, client => client.ServePort(handler), options ?? new());
    }

    /// <summary>
    /// Accepts no more connections; clients are served on. OCaml: <c>Lwt_io.shutdown_server</c>.
    /// </summary>
    public Promise StopListening()
    {
        CheckThread();
        if (_stopped)
            return _accepting;
        _stopped = true;
        var address = _address ?? AddressOf(_listener);
        _listener.Close();
        if (address is UnixDomainSocketEndPoint path && path.ToString() is { Length: > 0 } name && name[0] != '@')
            File.Delete(name);
        _changed.Broadcast(default);
        return _accepting;
    }

    /// <summary>
    /// Accepts no more connections, and waits until all clients have ended. Those that have not when <paramref name="deadline"/>
    /// has passed are cancelled, and their connections closed without a flush; no deadline waits for ever.
    /// </summary>
    public Promise Shutdown(TimeSpan? deadline = null)
    {
        CheckThread();
        return StopAndWait(deadline);
    }

    private async Promise StopAndWait(TimeSpan? deadline)
    {
        await StopListening();
        if (deadline is { } time && _clients.Count > 0)
        {
            await Promise.Pick(Ended(), Promise.Sleep(time).AsUnit());
            foreach (var client in _clients.ToArray())
                client.Cancel();
        }
        await Ended();
    }

    /// <summary>Shuts the server down at once: clients are cancelled.</summary>
    public Promise DisposeAsync() => Shutdown(TimeSpan.Zero);

    /// <summary>For owners that know nothing of promises; they may run on any thread.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(_loop, DisposeAsync);

    private async Promise<Unit> Ended()
    {
        while (_clients.Count > 0)
            await _changed.Wait();
        return default;
    }

    private async Promise AcceptAll()
    {
        TimeSpan? pause = null;
        while (!_stopped)
        {
            while (!_stopped && _clients.Count >= _options.MaxClients)
                await _changed.Wait();
            try
            {
                if (_stopped)
                    return;
                var port = await _listener.Accept();
                pause = null;
                new Client(this, port).Start();
            }
            catch (Exception) when (_stopped)
            {
                return;
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                // Once for each series.
                if (pause is null)
                    Report(e);
                pause = pause is { } last ? Min(2 * last, s_longestPause) : s_firstPause;
                await Promise.Pick(Promise.Sleep(pause.Value).AsUnit(), Stopped());
            }
        }
    }

    private async Promise<Unit> Stopped()
    {
        while (!_stopped)
            await _changed.Wait();
        return default;
    }

    // A listener of a program's own kind may have no address.
    private static EndPoint? AddressOf(Port listener)
    {
        try
        {
            return listener.LocalEndPoint;
        }
        catch (Exception e) when (e is NotSupportedException or SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private void CheckThread()
    {
        if (Driver.Current is var current && !ReferenceEquals(current.Loop, _loop))
            throw Errors.WrongThread("ChannelServer (F#: Lwt_io.server)", _loop.Driver, current);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void Report(Exception exception)
    {
        try
        {
            if (_options.OnError is { } handler)
            {
                handler(exception);
                return;
            }
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            exception = new AggregateException("OnError of a ChannelServer has thrown.", exception, e);
        }
        AsyncExceptions.Report(exception, Driver.Current);
    }

    private sealed class Client(ChannelServer server, Port port)
    {
        // Null until TLS has begun, and for a handler of ports.
        private ChannelConnection? _connection;
        private Promise? _serving;
        private bool _canceled;

        internal void Start()
        {
            server._clients.Add(this);
            _serving = ServeToEnd();
        }

        internal void Cancel()
        {
            _canceled = true;
            _serving?.Cancel();
            if (_connection is { } connection)
                Promise.FireAndForget(connection.Abort);
            else
                port.Close();
        }

        private void Report(Exception e)
        {
            if (!_canceled && (server._options.OnError is not null || !IsEnd(e)))
                server.Report(e);
        }

        /// <summary>Whether the connection was cut by the peer, or closed by the program.</summary>
        private bool IsEnd(Exception e) =>
            e
                is TlsTruncatedException
                    or ISystemError { ErrorName: "ECONNRESET" or "ECONNABORTED" or "EPIPE" or "ETIMEDOUT" }
            || (e is PortClosedException or ChannelClosedException && IsClosed);

        private bool IsClosed => port.IsClosed || _connection is { Input.IsClosed: true } or { Output.IsClosed: true };

        private async Promise ServeToEnd()
        {
            try
            {
                await server._serve(this);
            }
            finally
            {
                server._clients.Remove(this);
                server._changed.Broadcast(default);
            }
        }

        internal async Promise ServePort(Func<Port, Promise> handler)
        {
            await Handle(port, handler);
            if (!server._options.LeaveOpen || _canceled)
                PortLink.Disconnect(port);
        }

        internal async Promise Serve(Func<ChannelConnection, Promise> handler)
        {
            _connection = await Begin();
            if (_connection is not { } connection)
                return;
            await Handle(connection, handler);
            if (!server._options.LeaveOpen || _canceled)
                await Handle(connection, open => open.Close());
        }

        /// <summary>Calls a function with the connection; a failure is told to the server.</summary>
        private async Promise Handle<T>(T connection, Func<T, Promise> handler)
        {
            try
            {
                await (handler(connection) ?? throw Errors.NullPromise());
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                Report(e);
            }
        }

        /// <summary>The connection, after TLS has begun if the server talks it; null if that failed.</summary>
        private async Promise<ChannelConnection?> Begin()
        {
            var options = server._options;
            if (options.Tls is not { } tls)
                return ChannelConnection.Of(port, options.Channels);
            try
            {
                return await Promise.WithTimeout(
                    options.HandshakeTimeout,
                    () => ChannelConnection.AcceptTls(port, tls, options.Channels)
                );
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                if (options.OnError is not null)
                    Report(e);
                return null;
            }
        }
    }
}

using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>The error numbers of Linux that the library tells apart, and what .NET calls those of sockets.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int EAGAIN = 11;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ENOTTY = 25;
    internal const int ESPIPE = 29;
    internal const int EPIPE = 32;
    internal const int ERANGE = 34;
    internal const int ENOSYS = 38;
    internal const int ENOTSOCK = 88;
    internal const int EDESTADDRREQ = 89;
    internal const int EMSGSIZE = 90;
    internal const int ENOPROTOOPT = 92;
    internal const int EPROTONOSUPPORT = 93;
    internal const int EOPNOTSUPP = 95;
    internal const int EAFNOSUPPORT = 97;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int EISCONN = 106;
    internal const int ENOTCONN = 107;
    internal const int ETIMEDOUT = 110;
    internal const int ECONNREFUSED = 111;
    internal const int EALREADY = 114;
    internal const int EINPROGRESS = 115;

    private static readonly Dictionary<int, (string Name, SocketError Code)> s_known = new()
    {
        [EPERM] = ("EPERM", SocketError.AccessDenied),
        [ENOENT] = ("ENOENT", SocketError.AddressNotAvailable),
        [ESRCH] = ("ESRCH", SocketError.SocketError),
        [EINTR] = ("EINTR", SocketError.Interrupted),
        [5] = ("EIO", SocketError.SocketError),
        [6] = ("ENXIO", SocketError.SocketError),
        [7] = ("E2BIG", SocketError.SocketError),
        [8] = ("ENOEXEC", SocketError.SocketError),
        [EBADF] = ("EBADF", SocketError.OperationAborted),
        [10] = ("ECHILD", SocketError.SocketError),
        [EAGAIN] = ("EAGAIN", SocketError.WouldBlock),
        [12] = ("ENOMEM", SocketError.NoBufferSpaceAvailable),
        [EACCES] = ("EACCES", SocketError.AccessDenied),
        [14] = ("EFAULT", SocketError.Fault),
        [16] = ("EBUSY", SocketError.SocketError),
        [EEXIST] = ("EEXIST", SocketError.SocketError),
        [18] = ("EXDEV", SocketError.SocketError),
        [19] = ("ENODEV", SocketError.SocketError),
        [20] = ("ENOTDIR", SocketError.SocketError),
        [EISDIR] = ("EISDIR", SocketError.SocketError),
        [EINVAL] = ("EINVAL", SocketError.InvalidArgument),
        [ENFILE] = ("ENFILE", SocketError.TooManyOpenSockets),
        [EMFILE] = ("EMFILE", SocketError.TooManyOpenSockets),
        [ENOTTY] = ("ENOTTY", SocketError.SocketError),
        [27] = ("EFBIG", SocketError.SocketError),
        [28] = ("ENOSPC", SocketError.NoBufferSpaceAvailable),
        [ESPIPE] = ("ESPIPE", SocketError.SocketError),
        [30] = ("EROFS", SocketError.SocketError),
        [31] = ("EMLINK", SocketError.SocketError),
        [EPIPE] = ("EPIPE", SocketError.Shutdown),
        [33] = ("EDOM", SocketError.SocketError),
        [ERANGE] = ("ERANGE", SocketError.SocketError),
        [35] = ("EDEADLK", SocketError.SocketError),
        [36] = ("ENAMETOOLONG", SocketError.SocketError),
        [37] = ("ENOLCK", SocketError.SocketError),
        [ENOSYS] = ("ENOSYS", SocketError.OperationNotSupported),
        [39] = ("ENOTEMPTY", SocketError.SocketError),
        [40] = ("ELOOP", SocketError.SocketError),
        [71] = ("EPROTO", SocketError.ProtocolNotSupported),
        [75] = ("EOVERFLOW", SocketError.SocketError),
        [ENOTSOCK] = ("ENOTSOCK", SocketError.NotSocket),
        [EDESTADDRREQ] = ("EDESTADDRREQ", SocketError.DestinationAddressRequired),
        [EMSGSIZE] = ("EMSGSIZE", SocketError.MessageSize),
        [91] = ("EPROTOTYPE", SocketError.ProtocolType),
        [ENOPROTOOPT] = ("ENOPROTOOPT", SocketError.ProtocolOption),
        [EPROTONOSUPPORT] = ("EPROTONOSUPPORT", SocketError.ProtocolNotSupported),
        [94] = ("ESOCKTNOSUPPORT", SocketError.SocketNotSupported),
        [EOPNOTSUPP] = ("EOPNOTSUPP", SocketError.OperationNotSupported),
        [96] = ("EPFNOSUPPORT", SocketError.ProtocolFamilyNotSupported),
        [EAFNOSUPPORT] = ("EAFNOSUPPORT", SocketError.AddressFamilyNotSupported),
        [EADDRINUSE] = ("EADDRINUSE", SocketError.AddressAlreadyInUse),
        [EADDRNOTAVAIL] = ("EADDRNOTAVAIL", SocketError.AddressNotAvailable),
        [100] = ("ENETDOWN", SocketError.NetworkDown),
        [101] = ("ENETUNREACH", SocketError.NetworkUnreachable),
        [102] = ("ENETRESET", SocketError.NetworkReset),
        [ECONNABORTED] = ("ECONNABORTED", SocketError.ConnectionAborted),
        [ECONNRESET] = ("ECONNRESET", SocketError.ConnectionReset),
        [105] = ("ENOBUFS", SocketError.NoBufferSpaceAvailable),
        [EISCONN] = ("EISCONN", SocketError.IsConnected),
        [ENOTCONN] = ("ENOTCONN", SocketError.NotConnected),
        [108] = ("ESHUTDOWN", SocketError.Shutdown),
        [109] = ("ETOOMANYREFS", SocketError.SocketError),
        [ETIMEDOUT] = ("ETIMEDOUT", SocketError.TimedOut),
        [ECONNREFUSED] = ("ECONNREFUSED", SocketError.ConnectionRefused),
        [112] = ("EHOSTDOWN", SocketError.HostDown),
        [113] = ("EHOSTUNREACH", SocketError.HostUnreachable),
        [EALREADY] = ("EALREADY", SocketError.AlreadyInProgress),
        [EINPROGRESS] = ("EINPROGRESS", SocketError.InProgress),
        [125] = ("ECANCELED", SocketError.OperationAborted),
    };

    /// <summary>The name of an error, such as ECONNREFUSED; its number where it has none here.</summary>
    internal static string Name(int error) => s_known.TryGetValue(error, out var known) ? known.Name : $"error {error}";

    internal static SocketError ToSocketError(int error) =>
        s_known.TryGetValue(error, out var known) ? known.Code : SocketError.SocketError;

    /// <summary>The name of the error that .NET calls so; of several, the one that a socket has.</summary>
    internal static string Name(SocketError code)
    {
        switch (code)
        {
            case SocketError.AccessDenied:
                return "EACCES";
            case SocketError.AddressNotAvailable:
                return "EADDRNOTAVAIL";
            case SocketError.NoBufferSpaceAvailable:
                return "ENOBUFS";
            case SocketError.OperationNotSupported:
                return "EOPNOTSUPP";
            case SocketError.ProtocolNotSupported:
                return "EPROTONOSUPPORT";
            case SocketError.TooManyOpenSockets:
                return "EMFILE";
        }
        foreach (var (name, known) in s_known.Values)
            if (known == code && code != SocketError.SocketError)
                return name;
        return code.ToString();
    }

    // What Windows calls the errors of files, without the part that all have.
    private const int SharingViolation = 32;
    private const int LockViolation = 33;
    private const int FileExists = 80;
    private const int DiskFull = 112;
    private const int DirectoryNotEmpty = 145;
    private const int AlreadyExists = 183;
    private const int DirectoryNotEmptyOnMac = 66;

    // Up to here all systems but Windows have Linux's numbers, but for EAGAIN.
    private const int MostShared = 34;

    /// <summary>The name of the error that an exception of .NET's files tells.</summary>
    internal static string Name(Exception e) =>
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => "ENOENT",
            PathTooLongException => "ENAMETOOLONG",
            UnauthorizedAccessException => "EACCES",
            ArgumentException => "EINVAL",
            _ when OperatingSystem.IsLinux() || (!OperatingSystem.IsWindows() && e.HResult is > 0 and <= MostShared) =>
                Name(e.HResult),
            _ when e.HResult == DirectoryNotEmptyOnMac && !OperatingSystem.IsWindows() => "ENOTEMPTY",
            _ => (e.HResult & 0xFFFF) switch
            {
                SharingViolation or LockViolation => "EACCES",
                FileExists or AlreadyExists => "EEXIST",
                DiskFull => "ENOSPC",
                DirectoryNotEmpty => "ENOTEMPTY",
                _ => "EIO",
            },
        };
}

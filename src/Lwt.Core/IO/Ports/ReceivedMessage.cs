using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>What <see cref="Port.ReceiveMessage"/> has received.</summary>
public sealed class ReceivedMessage
{
    internal ReceivedMessage(int length, SafeFileHandle[] descriptors) => (Length, Descriptors) = (length, descriptors);

    /// <summary>How many bytes; zero at the end of a stream.</summary>
    public int Length { get; }

    /// <summary>The descriptors that came along, open; whoever receives them closes them.</summary>
    public IReadOnlyList<SafeFileHandle> Descriptors { get; }
}

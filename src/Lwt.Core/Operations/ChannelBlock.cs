using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

/// <summary>A function of a channel, or of its buffer: what atomic and direct_access call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IChannelBlock<TChannel, T>
{
    /// <summary>Calls the function.</summary>
    Promise<T> Invoke(TChannel channel);
}

using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>Owns a descriptor: it is closed when the handle is disposed of, or collected.</summary>
internal sealed class DescriptorHandle : SafeHandleMinusOneIsInvalid
{
    internal DescriptorHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) >= 0;
}

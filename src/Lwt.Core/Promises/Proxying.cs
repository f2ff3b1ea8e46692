using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// When the function given to bind returns a pending promise, that promise becomes a proxy of bind's result: from
/// then on the two are one. This is what runs endless loops in constant memory.
/// </summary>
/// <remarks>
/// Invariant: a proxy's Slot leads, in one or more steps, to a promise that is no proxy; <see cref="Follow"/>
/// shortens the way as it goes.
/// </remarks>
internal static class Proxying
{
    /// <summary>The promise that a proxy stands for; every proxy on the way then points straight at it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Promise Follow(Promise proxy)
    {
        var target = Unsafe.As<Promise>(proxy.Slot!);
        if (target.State != Promise.Proxy)
            return target;
        while (target.State == Promise.Proxy)
            target = Unsafe.As<Promise>(target.Slot!);
        while (proxy.State == Promise.Proxy)
        {
            var next = Unsafe.As<Promise>(proxy.Slot!);
            proxy.Slot = target;
            proxy = next;
        }
        return target;
    }
}

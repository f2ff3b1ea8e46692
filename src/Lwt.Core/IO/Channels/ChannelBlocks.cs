using Lwt.Core.CompilerServices;

namespace Lwt.Core;

internal readonly struct FuncChannelBlock<TChannel, T>(Func<TChannel, Promise<T>> function) : IChannelBlock<TChannel, T>
{
    public Promise<T> Invoke(TChannel channel) => function(channel);
}

internal readonly struct UnitFuncChannelBlock<TChannel>(Func<TChannel, Promise> function)
    : IChannelBlock<TChannel, Unit>
{
    public Promise<Unit> Invoke(TChannel channel) => function(channel)?.AsUnit()!;
}

/// <summary>A block with what it is called on.</summary>
internal readonly struct ChannelBody<TChannel, T, TBlock>(TChannel channel, TBlock block) : IBody<T>
    where TBlock : IChannelBlock<TChannel, T>
{
    public Promise<T> Invoke() => block.Invoke(channel);
}

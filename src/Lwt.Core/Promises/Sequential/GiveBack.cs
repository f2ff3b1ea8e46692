using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>What bind calls to go on with an outcome that is there already.</summary>
internal readonly struct GiveBack<T>(Promise<T> outcome) : IStep<T>
{
    public Promise<T> Invoke(Promise source) => outcome;
}

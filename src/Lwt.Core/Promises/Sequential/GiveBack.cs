using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>A function for bind that returns an outcome known before.</summary>
internal readonly struct GiveBack<T>(Promise<T> outcome) : IStep<T>
{
    public Promise<T> Invoke(Promise source) => outcome;
}

using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// An element of a stream, or the exception that its source failed with. OCaml: <c>'a Lwt.result</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="Element">The element; none if there is an exception.</param>
/// <param name="Exception">The exception, or null.</param>
public readonly record struct StreamResult<T>(Maybe<T> Element, Exception? Exception);

internal readonly struct StreamResults<T> : IResults<T, StreamResult<T>>
{
    public StreamResult<T> Ok(T value) => new(value, null);

    public StreamResult<T> Error(Exception reason) => new(Maybe<T>.None, reason);
}

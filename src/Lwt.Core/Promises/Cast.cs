using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A cast that the code around it proves right: unchecked in Release, checked in Debug. The only place that calls
/// <see cref="Unsafe.As{T}(object)"/>.
/// </summary>
internal static class Cast
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: NotNullIfNotNull(nameof(value))]
    internal static T? To<T>(object? value)
        where T : class?
    {
        Debug.Assert(value is null or T, "An unchecked cast met an object of another type.");
        return Unsafe.As<T>(value);
    }
}

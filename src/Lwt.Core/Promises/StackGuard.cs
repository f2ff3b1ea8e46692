using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Operations that call a user's function at once (bind on a fulfilled promise, catch with its body) ask here first:
/// deep recursion through them must not overflow the stack. When it is low they leave the call to the loop.
/// </summary>
internal static class StackGuard
{
    // Asking the runtime takes 5 ns, a count 1 ns: frames of sixteen such calls fit what the runtime calls enough.
    private const int CallsBetweenChecks = 16;

    [ThreadStatic]
    private static int s_fuel;

    /// <summary>Whether there is stack enough to call on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasRoom() => --s_fuel >= 0 || Check();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Check()
    {
        var enough = RuntimeHelpers.TryEnsureSufficientExecutionStack();
        s_fuel = enough ? CallsBetweenChecks : 0;
        return enough;
    }
}

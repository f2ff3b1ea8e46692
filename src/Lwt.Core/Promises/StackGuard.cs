using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Operations that call a user's function at once (bind on a fulfilled promise, catch with its body) ask here first:
/// deep recursion through them must not overflow the stack. When it is low they leave the call to the loop.
/// </summary>
/// <remarks>
/// <para>
/// Deep stacks are slow, for the garbage collector walks them each time; so a megabyte is enough, which also makes a
/// program behave alike on a main thread and on others, whose stacks are smaller.
/// </para>
/// <para>
/// Asking the runtime takes 5 ns, a thread-static 3. So this remembers where on the stack the runtime said yes: for the
/// next <see cref="Reach"/> bytes down the answer holds. What is
/// remembered is true for all threads, for no two share a stack; a place depends on the address, so that threads
/// seldom take it from each other.
/// </para>
/// </remarks>
internal static class StackGuard
{
    // What the runtime calls enough is four times this.
    internal const int Reach = 32 * 1024;

    private const int Enough = 1024 * 1024;

    // A cache line each.
    private const int Places = 64;
    private const int Spacing = 8;

    [InlineArray(Places * Spacing)]
    private struct Addresses
    {
        private nuint _first;
    }

    // A struct, which is there without being made: methods with a tail call are compiled once, before statics are.
    private static Addresses s_sufficient;

    // The highest address, where the stack begins, that this thread asked for.
    [ThreadStatic]
    private static nuint s_top;

    /// <summary>Whether there is stack enough to call on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool HasRoom()
    {
        byte here;
        var address = (nuint)(&here);
        ref var sufficient = ref Unsafe.Add(ref Unsafe.As<Addresses, nuint>(ref s_sufficient), Place(address));
        return sufficient - address < Reach || Check(address, ref sufficient);
    }

    // Stacks are megabytes apart, and so are mostly told apart by the upper half of the sum.
    private static nuint Place(nuint address) => ((address / Reach) + (address >> 20)) % Places * Spacing;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Check(nuint address, ref nuint sufficient)
    {
        s_top = Math.Max(s_top, address);
        if (s_top - address > Enough || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return false;
        sufficient = address;
        return true;
    }
}

using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Operations that call a user's function at once (bind on a fulfilled promise, catch with its body) ask here first:
/// deep recursion through them must not overflow the stack. When it is low they leave the call to the loop.
/// </summary>
/// <remarks>
/// Deep stacks are slow, for the garbage collector walks them each time; so a megabyte is enough, which also makes a
/// program behave alike on a main thread and on others, whose stacks are smaller. Asking the runtime takes 5 ns, so the
/// last answer is kept: for the next <see cref="Reach"/> bytes down it holds. Each thread keeps its own, in a
/// thread-static, which ends with the thread; that of the thread which runs a loop stands in a plain static too, which
/// takes 1 ns to read instead of 3. See <see cref="Driver.Current"/> for the danger in that.
/// </remarks>
internal static class StackGuard
{
    // What the runtime calls enough is four times this.
    internal const int Reach = 32 * 1024;

    private const int Enough = 1024 * 1024;

    // Zero, or a stretch with room below it on the stack of a living thread. A number, not an object: a method with a tail
    // call is compiled once, before the statics that are objects exist, and would look for them at each use.
    private static nuint s_roomy;

    // The address at which the runtime said last that there is room.
    [ThreadStatic]
    private static nuint s_sufficient;

    // The highest address, where the stack begins, that this thread asked for.
    [ThreadStatic]
    private static nuint s_top;

    /// <summary>Whether there is stack enough to call on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool HasRoom()
    {
        byte here;
        var address = (nuint)(&here);
        return Stretch.Contains(s_roomy, address) || Ask(address);
    }

    /// <summary>Whether there is room below an address on this thread's stack, the caller's own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool Ask(nuint address)
    {
        if (s_sufficient - address < Reach)
            return true;
        s_top = Math.Max(s_top, address);
        if (s_top - address > Enough || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return false;
        s_sufficient = address;
        Driver.RememberStack(address);
        return true;
    }

    /// <summary>Has this stretch of the caller's stack found without the thread-static, until it is forgotten.</summary>
    internal static void Remember(nuint stretch) => s_roomy = stretch;

    /// <summary>Forgets a stretch, unless another thread's stands in its place by now.</summary>
    internal static void Forget(nuint stretch) => Interlocked.CompareExchange(ref s_roomy, 0, stretch);
}

using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Operations that call a user's function at once (bind on a fulfilled promise, catch with its body) ask here first,
/// because deep recursion through them must not overflow the stack. If the stack is low, the loop makes the call later.
/// </summary>
/// <remarks>
/// The limit is a megabyte, although a stack may be larger: deep stacks are slow, because each garbage collection walks
/// them, and with this limit a program behaves the same on the main thread and on others, whose stacks are smaller.
/// Asking the runtime takes 5 ns, so the last answer is kept: it holds for the next <see cref="Reach"/> bytes down.
/// Each thread keeps its own answer in a thread-static, which ends with the thread. The answer of the thread that runs
/// a loop is also in a plain static, which takes 1 ns to read instead of 3. <see cref="Driver.Current"/> describes the
/// danger in that.
/// </remarks>
internal static class StackGuard
{
    // The runtime guarantees four times this much.
    internal const int Reach = 32 * 1024;

    private const int Enough = 1024 * 1024;

    // Zero, or a stretch, on the stack of a live thread, below which there is room. It is a number and not an object: a
    // method with a tail call is compiled once, before static objects exist, and would look them up at each use.
    private static nuint s_roomy;

    // The address at which the runtime last said that there is room.
    [ThreadStatic]
    private static nuint s_sufficient;

    // The highest address that this thread asked for, near the beginning of its stack.
    [ThreadStatic]
    private static nuint s_top;

    /// <summary>Whether the stack has room for a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool HasRoom()
    {
        byte here;
        var address = (nuint)(&here);
        return Stretch.Contains(s_roomy, address) || Ask(address);
    }

    /// <summary>Whether the stack has room below an address on this thread's stack.</summary>
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

    /// <summary>
    /// Lets this stretch of the caller's stack be found without the thread-static, until it is forgotten.
    /// </summary>
    internal static void Remember(nuint stretch) => s_roomy = stretch;

    /// <summary>Forgets a stretch, unless another thread has replaced it.</summary>
    internal static void Forget(nuint stretch) => Interlocked.CompareExchange(ref s_roomy, 0, stretch);
}

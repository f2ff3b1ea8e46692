using System.Runtime.CompilerServices;

namespace Lwt.AspNetCore;

public sealed partial class LwtLoop
{
    /// <summary>What <see cref="SwitchTo"/> returns, to be awaited.</summary>
    public readonly struct Switch : ICriticalNotifyCompletion
    {
        private readonly LwtLoop _loop;

        internal Switch(LwtLoop loop) => _loop = loop;

        /// <summary>Whether the calling thread is the loop's already.</summary>
        public bool IsCompleted => _loop.IsCurrent;

        /// <summary>Called by compiled code.</summary>
        public Switch GetAwaiter() => this;

        /// <summary>Called by compiled code, on the loop.</summary>
        public void GetResult() => ObjectDisposedException.ThrowIf(!_loop.IsCurrent, _loop);

        /// <summary>Called by compiled code.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <inheritdoc cref="OnCompleted"/>
        public void UnsafeOnCompleted(Action continuation)
        {
            // An exception from here would end the process: GetResult throws it into the method that awaits.
            if (!_loop.TryPost(continuation))
                continuation();
        }
    }
}

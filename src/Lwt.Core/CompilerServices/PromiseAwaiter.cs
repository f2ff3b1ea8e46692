using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core.CompilerServices
{
    /// <summary>Tells the builder that an awaiter waits for a promise, which it attaches to directly.</summary>
    internal interface IPromiseAwaiter
    {
        Promise Source { get; }
    }

    /// <summary>Awaits a promise for its value; for compilers.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [StackTraceHidden]
    public readonly struct PromiseAwaiter<T> : ICriticalNotifyCompletion, IPromiseAwaiter
    {
        private readonly Promise<T> _promise;

        internal PromiseAwaiter(Promise<T> promise) => _promise = promise;

        /// <summary>Whether the promise is resolved.</summary>
        public bool IsCompleted => _promise.Underlying().State != Promise.Pending;

        Promise IPromiseAwaiter.Source => _promise;

        /// <summary>The value; throws the reason of a rejected promise.</summary>
        /// <exception cref="InvalidOperationException">The promise is pending: it cannot be waited for here.</exception>
        public T GetResult()
        {
            var promise = _promise.Underlying();
            if (promise.State != Promise.Fulfilled)
                PromiseAwaiter.ThrowNoValue(promise);
            return promise.Result;
        }

        /// <summary>Calls <paramref name="continuation"/> on the loop when the promise is resolved.</summary>
        public void OnCompleted(Action continuation) => PromiseAwaiter.Attach(_promise, continuation);

        /// <inheritdoc cref="OnCompleted"/>
        public void UnsafeOnCompleted(Action continuation) => PromiseAwaiter.Attach(_promise, continuation);
    }

    /// <summary>Awaits a promise that has no value; for compilers.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [StackTraceHidden]
    public readonly struct PromiseAwaiter : ICriticalNotifyCompletion, IPromiseAwaiter
    {
        private readonly Promise _promise;

        internal PromiseAwaiter(Promise promise) => _promise = promise;

        /// <summary>Whether the promise is resolved.</summary>
        public bool IsCompleted => _promise.Underlying().State != Promise.Pending;

        Promise IPromiseAwaiter.Source => _promise;

        /// <summary>Throws the reason of a rejected promise.</summary>
        /// <exception cref="InvalidOperationException">The promise is pending: it cannot be waited for here.</exception>
        public void GetResult()
        {
            var promise = _promise.Underlying();
            if (promise.State != Promise.Fulfilled)
                ThrowNoValue(promise);
        }

        /// <summary>Calls <paramref name="continuation"/> on the loop when the promise is resolved.</summary>
        public void OnCompleted(Action continuation) => PromiseAwaiter.Attach(_promise, continuation);

        /// <inheritdoc cref="OnCompleted"/>
        public void UnsafeOnCompleted(Action continuation) => PromiseAwaiter.Attach(_promise, continuation);

        /// <summary>
        /// Calls <paramref name="continuation"/> at once where the promise cannot be waited for, so that GetResult throws into
        /// the awaiting method: an exception from here would end the process.
        /// </summary>
        internal static void Attach(Promise promise, Action continuation)
        {
            promise = promise.Underlying();
            if (promise.State == Promise.Pending && Mistake(promise) is not null)
                continuation();
            else
                promise.OnTermination(continuation);
        }

        /// <summary>Why a pending promise cannot be waited for here; null where it can.</summary>
        private static InvalidOperationException? Mistake(Promise promise)
        {
            var driver = Driver.Current;
            if (promise.Owner != driver.Id)
                return Errors.WrongLoop(promise);
            // A method of a Task on such a thread would wait in silence for ever.
            return Thread.CurrentThread.IsThreadPoolThread && !driver.Loop.IsRunning ? Errors.NobodyRuns() : null;
        }

        [System.Diagnostics.CodeAnalysis.DoesNotReturn]
        internal static void ThrowNoValue(Promise promise)
        {
            if (promise.State == Promise.Rejected)
                Rejections.Throw(promise);
            throw Mistake(promise)
                ?? new InvalidOperationException(
                    "GetResult was called on a pending promise, which cannot be waited for so: await it, or run the loop "
                        + "with EventLoop.Run (F#: Lwt_main.run)."
                );
        }
    }
}

namespace Lwt.Core
{
    public abstract partial class Promise
    {
        /// <summary>Lets <c>await</c> wait for the promise: on the loop, without an allocation beyond the method's own.</summary>
        /// <remarks>
        /// An async method of a Task can await a promise on the thread of its loop too, and goes on when the loop runs. On a
        /// thread of the pool whose loop is not running that is an error.
        /// </remarks>
        public PromiseAwaiter GetAwaiter() => new(this);
    }

    public partial class Promise<T>
    {
        /// <inheritdoc cref="Promise.GetAwaiter"/>
        public new PromiseAwaiter<T> GetAwaiter() => new(this);
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core.CompilerServices
{
    /// <summary>
    /// Tells the builder that an awaiter waits for a promise, so that it can attach to the promise directly.
    /// </summary>
    internal interface IPromiseAwaiter
    {
        Promise Source { get; }
    }

    /// <summary>Lets <c>await</c> wait for a promise and read its value; called by compiled code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [StackTraceHidden]
    public readonly struct PromiseAwaiter<T> : ICriticalNotifyCompletion, IPromiseAwaiter
    {
        private readonly Promise<T> _promise;

        internal PromiseAwaiter(Promise<T> promise) => _promise = promise;

        /// <summary>Whether the promise is resolved.</summary>
        public bool IsCompleted => _promise.Underlying().State != Promise.Pending;

        Promise IPromiseAwaiter.Source => _promise;

        /// <summary>Returns the value of a fulfilled promise; throws the exception of a rejected one.</summary>
        /// <exception cref="InvalidOperationException">
        /// The promise is pending: it cannot be waited for in this way.
        /// </exception>
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

    /// <summary>Lets <c>await</c> wait for a promise without a value; called by compiled code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [StackTraceHidden]
    public readonly struct PromiseAwaiter : ICriticalNotifyCompletion, IPromiseAwaiter
    {
        private readonly Promise _promise;

        internal PromiseAwaiter(Promise promise) => _promise = promise;

        /// <summary>Whether the promise is resolved.</summary>
        public bool IsCompleted => _promise.Underlying().State != Promise.Pending;

        Promise IPromiseAwaiter.Source => _promise;

        /// <summary>Returns if the promise is fulfilled; throws the exception of a rejected one.</summary>
        /// <exception cref="InvalidOperationException">
        /// The promise is pending: it cannot be waited for in this way.
        /// </exception>
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
        /// Attaches a continuation. If the promise cannot be waited for here, calls <paramref name="continuation"/> at
        /// once, so that GetResult throws into the awaiting method: an exception thrown from here would end the
        /// process.
        /// </summary>
        internal static void Attach(Promise promise, Action continuation)
        {
            promise = promise.Underlying();
            if (promise.State == Promise.Pending && Mistake(promise) is not null)
                continuation();
            else
                promise.OnTermination(continuation);
        }

        /// <summary>The error if a pending promise cannot be waited for here; null if it can.</summary>
        private static InvalidOperationException? Mistake(Promise promise)
        {
            var driver = Driver.Current;
            if (promise.Owner != driver.Id)
                return Errors.WrongLoop(promise);
            // An async method of a Task on such a thread would wait for ever, without an error.
            return Thread.CurrentThread.IsThreadPoolThread && !driver.Loop.IsRunning ? Errors.NobodyRuns() : null;
        }

        [System.Diagnostics.CodeAnalysis.DoesNotReturn]
        internal static void ThrowNoValue(Promise promise)
        {
            if (promise.State == Promise.Rejected)
                Rejections.Throw(promise);
            throw Mistake(promise)
                ?? new InvalidOperationException(
                    "GetResult was called on a pending promise, which cannot be waited for in this way: await it, or run the loop "
                        + "with EventLoop.Run (F#: Lwt_main.run)."
                );
        }
    }
}

namespace Lwt.Core
{
    public abstract partial class Promise
    {
        /// <summary>
        /// Lets <c>await</c> wait for the promise. The awaiting method continues on the loop; waiting allocates nothing
        /// beyond the method's own promise.
        /// </summary>
        /// <remarks>
        /// An async method of a Task can also await a promise, on the thread of its loop; it continues when the loop
        /// runs. On a thread-pool thread whose loop is not running, that throws
        /// <see cref="InvalidOperationException"/>.
        /// </remarks>
        public PromiseAwaiter GetAwaiter() => new(this);
    }

    public partial class Promise<T>
    {
        /// <inheritdoc cref="Promise.GetAwaiter"/>
        public new PromiseAwaiter<T> GetAwaiter() => new(this);
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// Builds the promise of an <c>async Promise&lt;T&gt;</c> method in C# or of an <c>lwt { }</c> block in F#; called by
/// compiled code. A method that never suspends allocates only the promise of its result, one that suspends only one
/// box.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StackTraceHidden]
public struct PromiseMethodBuilder<T>
{
    // Null until the method has ended or suspended, then its promise; once it has suspended, that is the box.
    private Promise<T>? _promise;

    /// <summary>Creates the builder of a call; called by compiled code.</summary>
    public static PromiseMethodBuilder<T> Create() => default;

    /// <summary>The promise of the method; read by compiled code.</summary>
    public readonly Promise<T> Task => _promise!;

    /// <summary>Runs the method up to its first suspension; called by compiled code.</summary>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (StackGuard.HasRoom())
            stateMachine.MoveNext();
        else
            StartLater(ref stateMachine);
    }

    /// <summary>Does nothing, because the box holds the machine; called by compiled code.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Fulfills the method's promise; called by compiled code.</summary>
    public void SetResult(T result)
    {
        if (_promise is null)
            _promise = Completed<T>.Of(result);
        else
            End().FulfillWith(result);
    }

    /// <summary>
    /// Rejects the method's promise with an exception that the method threw; called by compiled code.
    /// </summary>
    public void SetException(Exception exception)
    {
        if (!ExceptionFilter.MayCatch(exception))
            Rejections.Throw(exception);
        SetRejected(PromiseCanceledException.Kept(exception));
    }

    /// <summary>Rejects the method's promise with an exception that was not thrown; called by compiled code.</summary>
    public void SetRejected(Exception reason)
    {
        if (_promise is null)
            _promise = new Promise<T>(reason);
        else
            End().RejectWith(reason);
    }

    /// <summary>
    /// Ends the method by making its promise one with <paramref name="inner"/>, which must be pending. So any number of
    /// methods that end like this need constant memory. Called by compiled code.
    /// </summary>
    public void Forward(Promise<T> inner)
    {
        if (_promise is null)
        {
            _promise = inner;
            return;
        }
        var box = Cast.To<Dependent<T>>(_promise);
        box.Flags |= Promise.Ended;
        if ((box.Flags & Promise.HasToken) == 0)
            box.Forward(inner, Driver.Current);
        else
            BlockToken.Follow(box, inner.Underlying(), Driver.Current);
    }

    /// <summary>
    /// Suspends the method until <paramref name="source"/>, which must be pending, is resolved; called by compiled
    /// code.
    /// </summary>
    public void Await<TStateMachine>(Promise source, ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        var driver = Driver.Current;
        Box(ref stateMachine, driver).Await(source, driver);
    }

    /// <summary>
    /// Returns the promise that the method was suspended on. Compiled code calls it once, when the method continues.
    /// </summary>
    public readonly Promise<TSource> Awaited<TSource>()
    {
        var box = Cast.To<Dependent<T>>(_promise!);
        var link = box.Link;
        if ((box.Flags & Promise.HasToken) != 0)
            return Cast.To<Promise<TSource>>(BlockToken.GoOn(link)).Underlying();
        box.Link = CancelLink.None;
        return Cast.To<Promise<TSource>>(link.Source).Underlying();
    }

    /// <summary>Whether the method has suspended before; read by compiled code.</summary>
    public readonly bool HasSuspended => _promise is not null;

    /// <summary>
    /// Suspends a block for the first time and continues it at once, which creates the promise that its token needs;
    /// called by compiled code.
    /// </summary>
    public void GoOn<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => Box(ref stateMachine, Driver.Current).Resume();

    /// <summary>Returns the token of a running block that has suspended before; called by compiled code.</summary>
    public readonly CancellationToken GetCancellationToken()
    {
        var box = Cast.To<Dependent<T>>(_promise!);
        if ((box.Flags & Promise.HasToken) == 0)
        {
            box.Flags |= Promise.HasToken;
            box.Link = BlockToken.Link(Driver.Current);
            if (box.State == Promise.Proxy)
                Cast.To<Dependent<T>>(box.Underlying()).Link = box.Link;
        }
        return BlockToken.In(box.Link);
    }

    /// <summary>Suspends the method until an awaiter has completed; called by compiled code.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>Suspends the method until an awaiter has completed; called by compiled code.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var driver = Driver.Current;
        var box = Box(ref stateMachine, driver);
        // The JIT knows the answer for each type of awaiter; nothing is boxed.
        if (awaiter is IPromiseAwaiter)
            box.Await(((IPromiseAwaiter)awaiter).Source.Underlying(), driver);
        else
            box.AwaitForeign(ref awaiter, driver);
    }

    private readonly Promise<T> End()
    {
        _promise!.Flags |= Promise.Ended;
        return Cast.To<Dependent<T>>(_promise).TakeOuter();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartLater<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        var driver = Driver.Current;
        Box(ref stateMachine, driver).StartLater(driver);
    }

    private AsyncBox<TStateMachine, T> Box<TStateMachine>(ref TStateMachine stateMachine, Driver driver)
        where TStateMachine : IAsyncStateMachine
    {
        if (_promise is not null)
            return Cast.To<AsyncBox<TStateMachine, T>>(_promise);
        var box = new AsyncBox<TStateMachine, T>(driver);
        // Before the copy, because this builder is a part of the machine.
        _promise = box;
        box.Machine = stateMachine;
        return box;
    }
}

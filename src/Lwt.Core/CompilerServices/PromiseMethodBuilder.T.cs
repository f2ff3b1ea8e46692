using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// What compilers call for <c>async Promise&lt;T&gt;</c> methods in C# and for <c>lwt { }</c> blocks in F#: a method
/// that never suspends costs the promise of its result, one that does costs one box.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StackTraceHidden]
public struct PromiseMethodBuilder<T>
{
    // Null until the method has ended or suspended; then its promise: the box, once it has suspended.
    private Promise<T>? _promise;

    /// <summary>For compilers.</summary>
    public static PromiseMethodBuilder<T> Create() => default;

    /// <summary>The promise of the method; for compilers.</summary>
    public readonly Promise<T> Task => _promise!;

    /// <summary>Runs the method up to its first suspension; for compilers.</summary>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (StackGuard.HasRoom())
            stateMachine.MoveNext();
        else
            StartLater(ref stateMachine);
    }

    /// <summary>For compilers; does nothing, for the box keeps the machine.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Ends the method with a value; for compilers.</summary>
    public void SetResult(T result)
    {
        if (_promise is null)
            _promise = Completed<T>.Of(result);
        else
            End().FulfillWith(result);
    }

    /// <summary>Ends the method with an exception that it threw; for compilers.</summary>
    public void SetException(Exception exception)
    {
        if (!ExceptionFilter.MayCatch(exception))
            Rejections.Throw(exception);
        SetRejected(PromiseCanceledException.Kept(exception));
    }

    /// <summary>Ends the method with a rejection that was not thrown; for compilers.</summary>
    public void SetRejected(Exception reason)
    {
        if (_promise is null)
            _promise = new Promise<T>(reason);
        else
            End().RejectWith(reason);
    }

    /// <summary>
    /// Ends the method by making it one with <paramref name="inner"/>, which is pending: in constant memory however
    /// many methods end so in a row; for compilers.
    /// </summary>
    public void Forward(Promise<T> inner)
    {
        if (_promise is null)
        {
            _promise = inner;
            return;
        }
        var box = Unsafe.As<Dependent<T>>(_promise);
        box.Flags |= Promise.Ended;
        if ((box.Flags & Promise.HasToken) == 0)
            box.Forward(inner, Driver.Current);
        else
            BlockToken.Follow(box, inner.Underlying(), Driver.Current);
    }

    /// <summary>Suspends until <paramref name="source"/>, which is pending, is resolved; for compilers.</summary>
    public void Await<TStateMachine>(Promise source, ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        var driver = Driver.Current;
        Box(ref stateMachine, driver).Await(source, driver);
    }

    /// <summary>What the method was suspended on: call it once, on going on; for compilers.</summary>
    public readonly Promise<TSource> Awaited<TSource>()
    {
        var box = Unsafe.As<Dependent<T>>(_promise!);
        var link = box.Link!;
        if ((box.Flags & Promise.HasToken) != 0)
            return Unsafe.As<Promise<TSource>>(BlockToken.GoOn(link)).Underlying();
        box.Link = null;
        return Unsafe.As<Promise<TSource>>(link).Underlying();
    }

    /// <summary>Whether the block has suspended before; for compilers.</summary>
    public readonly bool HasSuspended => _promise is not null;

    /// <summary>
    /// Suspends a block for the first time and lets it go on at once, which gives it the promise that its token needs; for
    /// compilers.
    /// </summary>
    public void GoOn<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => Box(ref stateMachine, Driver.Current).Resume();

    /// <summary>The token of a block that has suspended before and runs now; for compilers.</summary>
    public readonly CancellationToken GetCancellationToken()
    {
        var box = Unsafe.As<Dependent<T>>(_promise!);
        if ((box.Flags & Promise.HasToken) == 0)
        {
            box.Flags |= Promise.HasToken;
            box.Link = BlockToken.Link(Driver.Current);
            if (box.State == Promise.Proxy)
                Unsafe.As<Dependent<T>>(box.Underlying()).Link = box.Link;
        }
        return BlockToken.In(box.Link!);
    }

    /// <summary>For compilers.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>For compilers.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var driver = Driver.Current;
        var box = Box(ref stateMachine, driver);
        // Known to the JIT for each awaiter; nothing is boxed.
        if (awaiter is IPromiseAwaiter)
            box.Await(((IPromiseAwaiter)awaiter).Source.Underlying(), driver);
        else
            box.AwaitForeign(ref awaiter, driver);
    }

    private readonly Promise<T> End()
    {
        _promise!.Flags |= Promise.Ended;
        return Unsafe.As<Dependent<T>>(_promise).TakeOuter();
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
            return Unsafe.As<AsyncBox<TStateMachine, T>>(_promise);
        var box = new AsyncBox<TStateMachine, T>(driver);
        // Before the copy: this builder is a part of the machine.
        _promise = box;
        box.Machine = stateMachine;
        return box;
    }
}

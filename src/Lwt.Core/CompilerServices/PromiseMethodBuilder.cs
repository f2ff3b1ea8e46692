using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// Builds the promise of an <c>async Promise</c> method; called by compiled code. See
/// <see cref="PromiseMethodBuilder{T}"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StackTraceHidden]
public struct PromiseMethodBuilder
{
    private PromiseMethodBuilder<Unit> _builder;

    /// <summary>Creates the builder of a call; called by compiled code.</summary>
    public static PromiseMethodBuilder Create() => default;

    /// <summary>The promise of the method; read by compiled code.</summary>
    public readonly Promise Task => _builder.Task;

    /// <inheritdoc cref="PromiseMethodBuilder{T}.Start"/>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _builder.Start(ref stateMachine);

    /// <inheritdoc cref="PromiseMethodBuilder{T}.SetStateMachine"/>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Fulfills the method's promise; called by compiled code.</summary>
    public void SetResult() => _builder.SetResult(default);

    /// <inheritdoc cref="PromiseMethodBuilder{T}.SetException"/>
    public void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>Suspends the method until an awaiter has completed; called by compiled code.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>Suspends the method until an awaiter has completed; called by compiled code.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);
}

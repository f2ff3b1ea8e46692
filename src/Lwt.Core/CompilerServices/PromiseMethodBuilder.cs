using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>What the compiler calls for <c>async Promise</c> methods: see <see cref="PromiseMethodBuilder{T}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StackTraceHidden]
public struct PromiseMethodBuilder
{
    private PromiseMethodBuilder<Unit> _builder;

    /// <summary>For compilers.</summary>
    public static PromiseMethodBuilder Create() => default;

    /// <summary>The promise of the method; for compilers.</summary>
    public readonly Promise Task => _builder.Task;

    /// <inheritdoc cref="PromiseMethodBuilder{T}.Start"/>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _builder.Start(ref stateMachine);

    /// <inheritdoc cref="PromiseMethodBuilder{T}.SetStateMachine"/>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Ends the method; for compilers.</summary>
    public void SetResult() => _builder.SetResult(default);

    /// <inheritdoc cref="PromiseMethodBuilder{T}.SetException"/>
    public void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>For compilers.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>For compilers.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);
}

namespace Lwt.Core;

/// <summary>
/// Fulfills or rejects the promise that was created together with it, once. Copies are the same resolver. OCaml: <c>'a
/// Lwt.u</c>.
/// </summary>
/// <typeparam name="T">The type of the promise's value.</typeparam>
/// <remarks>
/// It belongs to the thread of its promise. If the promise was cancelled, the resolver does nothing; if the promise is
/// already resolved in another way, it throws.
/// </remarks>
public readonly struct Resolver<T> : IEquatable<Resolver<T>>
{
    private readonly Promise<T>? _promise;

    internal Resolver(Promise<T> promise) => _promise = promise;

    /// <summary>The promise that this resolver resolves. OCaml: <c>Lwt.waiter_of_wakener</c>.</summary>
    /// <exception cref="InvalidOperationException">The resolver is <c>default</c>.</exception>
    public Promise<T> Promise =>
        _promise
        ?? throw new InvalidOperationException(
            "default(Resolver) resolves no promise; get a resolver from Promise.Create (F#: Lwt.wait)."
        );

    /// <summary>
    /// Fulfills the promise and runs its callbacks before it returns, newest first. OCaml: <c>Lwt.wakeup</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The promise is already resolved, or belongs to another thread.
    /// </exception>
    public void Fulfill(T value)
    {
        if (Open("Resolver.Fulfill (Lwt.wakeup)", out var driver) is { } promise)
        {
            promise.FulfillWith(value);
            if (promise.Slot is not null)
                driver.Run(promise);
        }
    }

    /// <summary>
    /// Rejects the promise and runs its callbacks before it returns, newest first. OCaml: <c>Lwt.wakeup_exn</c>.
    /// </summary>
    /// <inheritdoc cref="Fulfill" path="/exception"/>
    public void Reject(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Open("Resolver.Reject (Lwt.wakeup_exn)", out var driver) is { } promise)
            driver.Reject(promise, reason);
    }

    /// <summary>
    /// Fulfills the promise. Its callbacks run before this returns, except inside a callback of another promise: there
    /// they run after all callbacks of that resolution. OCaml: <c>Lwt.wakeup_later</c>.
    /// </summary>
    /// <inheritdoc cref="Fulfill" path="/exception"/>
    public void FulfillLater(T value)
    {
        if (Open("Resolver.FulfillLater (Lwt.wakeup_later)", out var driver) is { } promise)
        {
            promise.FulfillWith(value);
            if (promise.Slot is not null)
                driver.RunLater(promise);
        }
    }

    /// <summary>
    /// Rejects the promise. Its callbacks run when those of <see cref="FulfillLater"/> would. OCaml:
    /// <c>Lwt.wakeup_later_exn</c>.
    /// </summary>
    /// <inheritdoc cref="Fulfill" path="/exception"/>
    public void RejectLater(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Open("Resolver.RejectLater (Lwt.wakeup_later_exn)", out var driver) is { } promise)
            driver.RejectLater(promise, reason);
    }

    /// <inheritdoc/>
    public bool Equals(Resolver<T> other) => ReferenceEquals(_promise, other._promise);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Resolver<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _promise?.GetHashCode() ?? 0;

    /// <summary>Whether both resolvers resolve the same promise.</summary>
    public static bool operator ==(Resolver<T> left, Resolver<T> right) => left.Equals(right);

    /// <summary>Whether the resolvers resolve different promises.</summary>
    public static bool operator !=(Resolver<T> left, Resolver<T> right) => !left.Equals(right);

    /// <summary>
    /// Returns the pending promise, or null if it was cancelled; throws if it is resolved in another way.
    /// </summary>
    private Promise<T>? Open(string call, out Driver driver)
    {
        var promise = Promise;
        driver = Driver.Current;
        if (promise.State == Core.Promise.Pending)
        {
            if (promise.Owner != driver.Id)
                Errors.ThrowWrongLoop(promise);
            return promise;
        }
        return OpenSlow(call, promise, driver);
    }

    private static Promise<T>? OpenSlow(string call, Promise<T> promise, Driver driver)
    {
        promise = promise.Underlying();
        switch (promise.State)
        {
            case Core.Promise.Pending:
                if (promise.Owner != driver.Id)
                    Errors.ThrowWrongLoop(promise);
                promise.DropLink();
                return promise;
            case Core.Promise.Rejected when PromiseCanceledException.Is(promise.Reason):
                return null;
            default:
                throw Errors.AlreadyResolved(call, promise);
        }
    }
}

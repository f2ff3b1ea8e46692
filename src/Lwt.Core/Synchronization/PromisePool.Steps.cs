using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// The functions that a pool passes to bind and similar operations.

public sealed partial class PromisePool<T>
{
    private readonly struct Creation(PromisePool<T> pool) : IBody<T>
    {
        public Promise<T> Invoke()
        {
            // Counted first, so that no other use creates one member too many in the meantime.
            pool._count++;
            return pool._create();
        }
    }

    private readonly struct CreationFailed(PromisePool<T> pool) : IHandler<T>
    {
        public Promise<T> Invoke(Exception reason)
        {
            pool._count--;
            return new Promise<T>(reason);
        }
    }

    private readonly struct CreateInstead(PromisePool<T> pool) : IStep<T>
    {
        public Promise<T> Invoke(Promise source) => pool.Create();
    }

    private readonly struct ValidateTaken(PromisePool<T> pool) : IStep<T>
    {
        public Promise<T> Invoke(Promise source) => pool.Validated(Cast.To<Promise<T>>(source).Result);
    }

    private readonly struct Validation(Func<T, Promise<bool>> validate, T member) : IBody<bool>
    {
        public Promise<bool> Invoke() => validate(member);
    }

    private readonly struct Validity(PromisePool<T> pool, T member) : IStep<T>
    {
        public Promise<T> Invoke(Promise source) =>
            Cast.To<Promise<bool>>(source).Result
                ? new Promise<T>(member)
                : Primitives.Bind<T, CreateInstead>(pool.Dispose(member), new(pool));
    }

    private readonly struct ValidationFailed(PromisePool<T> pool, T member) : IHandler<T>
    {
        public Promise<T> Invoke(Exception reason) =>
            Primitives.Bind<T, FailAfterReplacing>(pool.Dispose(member), new(pool, reason));
    }

    private readonly struct FailAfterReplacing(PromisePool<T> pool, Exception reason) : IStep<T>
    {
        public Promise<T> Invoke(Promise source)
        {
            pool.Replace();
            return new Promise<T>(reason);
        }
    }

    private readonly struct Disposed(PromisePool<T> pool) : IStep<Unit>
    {
        public Promise<Unit> Invoke(Promise source)
        {
            pool._count--;
            return Completed<Unit>.Default;
        }
    }

    private readonly struct DisposalFailed(PromisePool<T> pool) : IHandler<Unit>
    {
        public Promise<Unit> Invoke(Exception reason)
        {
            pool._count--;
            return new Promise<Unit>(reason);
        }
    }

    private readonly struct UseMember<TResult, TStep>(PromisePool<T> pool, TStep step) : IStep<TResult>
        where TStep : IStep<TResult>
    {
        public Promise<TResult> Invoke(Promise source)
        {
            var member = Cast.To<Promise<T>>(source).Result;
            if (pool._creations.Count > 0)
                pool._creations.RemoveAll(static creation => !creation.IsPending);
            var place = pool._uses.AddRight(null);
            var generation = pool._generation;
            var use = Primitives.Catch<TResult, Body<TResult, TStep>, UseFailed<TResult>>(
                new(step, source),
                new(pool, member, generation, place)
            );
            place.Value = use;
            return Primitives.Bind<TResult, Used<TResult>>(use, new(pool, member, generation, use, place));
        }
    }

    private readonly struct Body<TResult, TStep>(TStep step, Promise source) : IBody<TResult>
        where TStep : IStep<TResult>
    {
        public Promise<TResult> Invoke() => step.Invoke(source);
    }

    private readonly struct UseFailed<TResult>(
        PromisePool<T> pool,
        T member,
        Generation generation,
        SequenceNode<Promise?> place
    ) : IHandler<TResult>
    {
        public Promise<TResult> Invoke(Exception reason)
        {
            place.Remove();
            return Primitives.Bind<TResult, GiveBack<TResult>>(
                pool.CheckAndRelease(member, generation),
                new(new Promise<TResult>(reason))
            );
        }
    }

    private readonly struct Used<TResult>(
        PromisePool<T> pool,
        T member,
        Generation generation,
        Promise<TResult> use,
        SequenceNode<Promise?> place
    ) : IStep<TResult>
    {
        public Promise<TResult> Invoke(Promise source)
        {
            place.Remove();
            if (generation.Cleared)
                return Primitives.Bind<TResult, GiveBack<TResult>>(pool.Dispose(member), new(use));
            pool.Release(member);
            return use;
        }
    }

    private readonly struct Replaced(PromisePool<T> pool, Promise waiter) : IEffect
    {
        public void Invoke(Promise source)
        {
            var member = Cast.To<Promise<T>>(source).Result;
            if (waiter.IsPending)
                WaiterQueue.Wake(waiter, member, Driver.Current);
            else
                pool.Release(member);
        }
    }

    private readonly struct ReplacementFailed(Promise waiter) : IFailureEffect
    {
        public void Invoke(Exception reason) => WaiterQueue.WakeWith(waiter, reason, Driver.Current);
    }

    /// <summary>Disposes all members, one after the other, and remembers the first failure.</summary>
    private readonly struct Clearing<TUnit>(PromisePool<T> pool, T[] members, int next, Exception? failure)
        : IStep<TUnit>,
            IHandler<TUnit>,
            IBody<Unit>
    {
        internal Promise<TUnit> Next()
        {
            if (next < members.Length)
            {
                var rest = new Clearing<TUnit>(pool, members, next + 1, failure);
                return Primitives.TryBind<Unit, TUnit, Clearing<TUnit>, Clearing<TUnit>, Clearing<TUnit>>(
                    this,
                    rest,
                    rest
                );
            }
            return failure is null ? Completed<TUnit>.Default : new Promise<TUnit>(failure);
        }

        Promise<Unit> IBody<Unit>.Invoke() => pool.Dispose(members[next]);

        Promise<TUnit> IStep<TUnit>.Invoke(Promise source) => Next();

        Promise<TUnit> IHandler<TUnit>.Invoke(Exception reason) =>
            new Clearing<TUnit>(pool, members, next, failure ?? reason).Next();
    }
}

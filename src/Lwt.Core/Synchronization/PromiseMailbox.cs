using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>
/// A box that holds one value or none: putting waits while it is full, taking waits while it is empty. Values are taken
/// in the order in which they were put. OCaml: <c>Lwt_mvar</c>.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <remarks>
/// It belongs to the thread that uses it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// var mailbox = new PromiseMailbox&lt;int>();
/// async Promise Produce()
/// {
///     for (var i = 1; i &lt;= 3; i++)
///         await mailbox.Put(i); // waits while the mailbox is full
/// }
/// var producing = Produce();
/// for (var i = 0; i &lt; 3; i++)
///     received.Add(await mailbox.Take()); // waits while it is empty
/// </code>
/// </example>
public sealed class PromiseMailbox<T>
{
    // Invariant: readers wait only while the box is empty, writers only while it is full.

    private readonly WaiterQueue _readers = new();
    private Affinity _affinity;

    // The value while _full, else default.
    private T _value = default!;
    private bool _full;

    // The waiting writers, oldest first, doubly linked; null if there are none.
    private Writer? _first;
    private Writer? _last;

    /// <summary>Creates an empty mailbox. OCaml: <c>Lwt_mvar.create_empty</c>.</summary>
    public PromiseMailbox() { }

    /// <summary>Creates a mailbox that holds <paramref name="value"/>. OCaml: <c>Lwt_mvar.create</c>.</summary>
    public PromiseMailbox(T value)
    {
        _value = value;
        _full = true;
    }

    /// <summary>Whether the mailbox is empty, so that a put would not wait. OCaml: <c>Lwt_mvar.is_empty</c>.</summary>
    public bool IsEmpty => !_full;

    /// <summary>
    /// Puts a value into the mailbox, or passes it to the reader that has waited longest. While the mailbox is full the
    /// promise is pending; cancelling it withdraws the value. OCaml: <c>Lwt_mvar.put</c>.
    /// </summary>
    public Promise Put(T value) => Put<Unit>(value);

    /// <summary>
    /// Takes the value. While the mailbox is empty the promise is pending, and cancelable. OCaml: <c>Lwt_mvar.take</c>.
    /// </summary>
    public Promise<T> Take()
    {
        var driver = Enter();
        return TryTake(driver, out var value)
            ? new Promise<T>(value)
            : _readers.Add(new Waiting<T, MailboxValue>(driver, Promise.Cancelable));
    }

    /// <summary>
    /// Takes the value if there is one, without waiting; the writer that has waited longest then puts its value. OCaml:
    /// <c>Lwt_mvar.take_available</c>.
    /// </summary>
    /// <returns>False if the mailbox is empty.</returns>
    public bool TryTake([MaybeNullWhen(false)] out T value) => TryTake(Enter(), out value);

    private Driver Enter() => _affinity.Enter("PromiseMailbox (F#: Lwt_mvar)");

    private bool TryTake(Driver driver, [MaybeNullWhen(false)] out T value)
    {
        value = _value;
        if (!_full)
            return false;
        if (_first is { } writer)
        {
            // Checked before the value is taken: a writer that another loop left behind must not lose it.
            writer.CheckLoop(driver);
            writer.Leave();
            _value = writer.Value;
            WaiterQueue.Wake(writer.Promise, driver);
        }
        else
        {
            _value = default!;
            _full = false;
        }
        return true;
    }

    internal Promise<TUnit> Put<TUnit>(T value)
    {
        var driver = Enter();
        Debug.Assert(_full || _first is null, "Writers wait only while the mailbox is full.");
        if (_full)
            return Write<TUnit>(value, driver);
        if (_readers.Take(driver) is { } reader)
            WaiterQueue.Wake(reader, value, driver);
        else
        {
            _value = value;
            _full = true;
        }
        return Completed<TUnit>.Default;
    }

    private Promise<TUnit> Write<TUnit>(T value, Driver driver)
    {
        var promise = new Waiting<TUnit, MailboxRoom>(driver, Promise.Cancelable);
        CancelCallback.Attach(promise, new Writer(this, value, promise));
        return promise;
    }

    /// <summary>
    /// A waiting writer, which is its promise's cancel callback. As in Lwt it leaves the queue when that callback runs,
    /// not when the promise is rejected: if several promises are cancelled together, a callback of an earlier one may
    /// still find it in the queue.
    /// </summary>
    private sealed class Writer : CancelCallback
    {
        // Null once it has left.
        private PromiseMailbox<T>? _mailbox;
        private Writer? _before;
        private Writer? _after;

        internal readonly T Value;
        internal readonly Promise Promise;

        internal Writer(PromiseMailbox<T> mailbox, T value, Promise promise)
        {
            (_mailbox, Value, Promise) = (mailbox, value, promise);
            _before = mailbox._last;
            if (_before is null)
                mailbox._first = this;
            else
                _before._after = this;
            mailbox._last = this;
        }

        internal void CheckLoop(Driver driver)
        {
            var promise = Promise.Underlying();
            if (promise.State == Core.Promise.Pending && promise.Owner != driver.Id)
                Errors.ThrowWrongLoop(promise);
        }

        internal void Leave()
        {
            if (_mailbox is not { } mailbox)
                return;
            if (_before is null)
                mailbox._first = _after;
            else
                _before._after = _after;
            if (_after is null)
                mailbox._last = _before;
            else
                _after._before = _before;
            (_mailbox, _before, _after) = (null, null, null);
        }

        private protected override void Invoke() => Leave();
    }
}

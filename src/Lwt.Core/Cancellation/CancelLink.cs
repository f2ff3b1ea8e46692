using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// What cancelling a promise leads to: one reference, whose type says which case it is. Made and taken apart here alone.
/// </summary>
/// <remarks>
/// <code>
/// case      leads to                                  written by
/// none      nothing                                   TakeOuter and DropLink, before the promise is resolved
/// one       a promise                                 the constructor of bind and its kin; a box at each await; Locked
/// each      all promises of an array                  join; a box with a token (BlockToken): what it awaits, and the token
/// race      the promises of its racers                the constructor of a race
/// scope     the body and the work of a scope          the promise of a scope
/// two       the promises of a race of two             the constructor of the race
/// itself    the promise by its own kind               Become, of an inner promise without a link
/// foreign   nothing; an awaiter that is no promise    a box at each await
/// callbacks nothing; only while rejected              KeepCallbacks, until the driver takes them
/// </code>
/// <para>
/// By the state of the promise that holds the link. Pending: any case but callbacks. Fulfilled: none. Rejected: callbacks, or
/// none. Proxy: no longer read, for the link went over to the promise that it stands for; a box keeps its own and writes
/// both.
/// </para>
/// <para>
/// "Itself" is a promise that has become a proxy of the holder: a sleep is to be told when it is cancelled (NotifiesCancel),
/// and any can say what it waits for. "Two" is the race, which is the holder or a proxy of it. Both differ from "one" by where
/// they lead: to the holder. Only the loop's thread reads or writes a link.
/// </para>
/// </remarks>
internal readonly struct CancelLink
{
    private readonly object? _to;

    private CancelLink(object? to) => _to = to;

    internal static CancelLink None => default;

    internal static CancelLink To(Promise source) => new(source);

    internal static CancelLink ToEach(Promise[] sources) => new(sources);

    internal static CancelLink ToRace(Racer? first) => new(first);

    internal static CancelLink ToScope(PromiseScope scope) => new(scope);

    internal static CancelLink ToTwo(IRaceOfTwo race) => new(race);

    internal static CancelLink ToForeign(ForeignContinuation awaiter) => new(awaiter);

    internal static CancelLink Keep(Continuation callbacks) => new(callbacks);

    internal bool IsNone => _to is null;

    internal bool IsForeign => _to is ForeignContinuation;

    /// <summary>The link of a promise that becomes a proxy, for its holder from then on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CancelLink OrItself(Promise inner) => _to is null ? new(inner) : this;

    /// <summary>
    /// Returns which case it is. For one, <paramref name="promise"/> is the promise that cancel goes on with; for itself and
    /// two, the one that knows. The holder may be null where the link leads to no promise.
    /// </summary>
    internal LinkCase Case(Promise? holder, out Promise? promise)
    {
        promise = null;
        switch (_to)
        {
            case null:
                return LinkCase.None;
            case Promise source:
                promise = source.Underlying();
                if (!ReferenceEquals(promise, holder!.Underlying()))
                    return LinkCase.One;
                promise = source;
                return source is IRaceOfTwo ? LinkCase.Two : LinkCase.Itself;
            case Promise[]:
                return LinkCase.Each;
            case Racer:
                return LinkCase.Race;
            case PromiseScope:
                return LinkCase.Scope;
            default:
                Debug.Assert(_to is ForeignContinuation, "A link of no case.");
                return LinkCase.Foreign;
        }
    }

    /// <summary>The promises that cancelling the holder goes on to, first come first.</summary>
    internal Promise[] Sources(Promise? holder) =>
        Case(holder, out var promise) switch
        {
            LinkCase.One => [promise!],
            LinkCase.Two => ((IRaceOfTwo)promise!).Sources,
            LinkCase.Each => Each,
            LinkCase.Race => Race.Sources,
            LinkCase.Scope => Scope!.Pending,
            _ => [],
        };

    /// <summary>The case one, when that is known: a link that its own kind has made.</summary>
    internal Promise Source => Cast.To<Promise>(_to!);

    /// <summary>The case each, when that is known.</summary>
    internal Promise[] Each => Cast.To<Promise[]>(_to!);

    /// <summary>The case race, when that is known.</summary>
    internal Racer Race => Cast.To<Racer>(_to!);

    /// <summary>The scope that it leads to; null in any other case.</summary>
    internal PromiseScope? Scope => _to as PromiseScope;

    /// <summary>Whom cancel is to tell, of a holder with NotifiesCancel: null for the holder.</summary>
    internal Promise? Notified => _to as Promise;

    /// <summary>The callbacks that a rejected promise keeps; null if it has none.</summary>
    internal Continuation? Callbacks => Cast.To<Continuation?>(_to);

    /// <summary>What two links have in common that lead to the same; null without a link.</summary>
    internal object? Identity => _to;
}

/// <summary>The cases of a <see cref="CancelLink"/> of a pending promise.</summary>
internal enum LinkCase
{
    None,
    One,
    Each,
    Race,
    Scope,
    Two,
    Itself,
    Foreign,
}

using System.Diagnostics;

namespace Lwt.Core;

[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class Promise
{
    /// <summary>
    /// Describes the state, for logs and debuggers: <c>fulfilled 3</c>, <c>rejected System.TimeoutException: …</c>, or
    /// <c>pending, waits for a sleep</c>.
    /// </summary>
    public override string ToString()
    {
        var promise = Underlying();
        return promise.State switch
        {
            Fulfilled => promise.DescribeValue() is { Length: > 0 } value ? $"fulfilled {value}" : "fulfilled",
            Rejected => $"rejected {promise.Reason.GetType()}: {promise.Reason.Message}",
            _ => $"pending, waits for {WaitReport.Of(promise)}",
        };
    }

    /// <summary>The value of a fulfilled promise as text; empty if it has none.</summary>
    private protected virtual string DescribeValue() => "";
}

public partial class Promise<T>
{
    // F#'s unit is null at run time.
    private protected override string DescribeValue() =>
        typeof(T) == typeof(Unit) || typeof(T).FullName == "Microsoft.FSharp.Core.Unit"
            ? ""
            : Result?.ToString() ?? "null";
}

namespace Lwt.CSharp;

/// <summary>
/// The exception of a query over promises whose <c>where</c> was false or whose <c>join</c> compared two different
/// keys. A promise has one value, so a query that filters it out has no value.
/// </summary>
public sealed class NoMatchException : InvalidOperationException
{
    /// <summary>Creates the exception for a condition.</summary>
    /// <param name="condition">The source text of the condition; null if it is not known.</param>
    public NoMatchException(string? condition)
        : base(
            condition is null
                ? "The value of the promise does not meet the query's condition."
                : $"The value of the promise does not meet the query's condition: {condition}"
        ) => Condition = condition;

    /// <summary>The source text of the condition that was false; null if it is not known.</summary>
    public string? Condition { get; }
}

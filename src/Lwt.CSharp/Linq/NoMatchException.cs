namespace Lwt.CSharp;

/// <summary>
/// The reason of a query over promises whose <c>where</c> was false or whose <c>join</c> met two keys that differ. A
/// promise has one value to give, so that a query that lets it not pass has none.
/// </summary>
public sealed class NoMatchException : InvalidOperationException
{
    /// <summary>Makes the exception for a condition, given as the program's text where the compiler hands it over.</summary>
    public NoMatchException(string? condition)
        : base(
            condition is null
                ? "The value of the promise does not meet the query's condition."
                : $"The value of the promise does not meet the query's condition: {condition}"
        ) => Condition = condition;

    /// <summary>The text of the condition that was false; null when it is not known.</summary>
    public string? Condition { get; }
}

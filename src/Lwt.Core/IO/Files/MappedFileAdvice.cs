namespace Lwt.Core;

/// <summary>How a part of a mapped file will be used. The numbers are those of Linux's madvise.</summary>
public enum MappedFileAdvice
{
    /// <summary>As any memory.</summary>
    Normal = 0,

    /// <summary>Here and there.</summary>
    Random = 1,

    /// <summary>From its start to its end.</summary>
    Sequential = 2,

    /// <summary>It is needed soon.</summary>
    WillNeed = 3,

    /// <summary>Not soon. What was written to a part that is not shared is lost.</summary>
    DontNeed = 4,

    /// <summary>Pages may be merged with others of the same contents.</summary>
    Mergeable = 12,

    /// <summary>Pages may not be merged.</summary>
    Unmergeable = 13,

    /// <summary>Large pages may be used.</summary>
    HugePages = 14,

    /// <summary>Large pages may not be used.</summary>
    NoHugePages = 15,
}

using System.Collections;
using System.Text;
using System.Text.Unicode;

namespace Lwt.Core;

/// <summary>
/// What to start, and how. See <see cref="PromiseProcess.Start(ProcessOptions)"/>. A copy that <c>with</c> makes shares the
/// environment.
/// </summary>
/// <example>
/// <code>
/// var options = new ProcessOptions("sort", "-r")
/// {
///     Environment = { ["LC_ALL"] = "C" },
///     Input = ProcessRedirection.Pipe,
///     Output = ProcessRedirection.Pipe,
///     Timeout = TimeSpan.FromSeconds(5),
/// };
/// </code>
/// </example>
public sealed record ProcessOptions
{
    private Dictionary<string, string?>? _environment;

    /// <summary>Options for a program.</summary>
    /// <param name="program">Its path, or its name, which is searched for in PATH.</param>
    /// <param name="arguments">Its arguments, which reach it as they are: no shell reads them.</param>
    public ProcessOptions(string program, params IReadOnlyList<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        (Program, Arguments) = (program, [program, .. arguments]);
    }

    /// <summary>Options for a line that the system's shell reads: sh, or cmd on Windows. OCaml: <c>Lwt_process.shell</c>.</summary>
    /// <remarks>Do not put foreign text into such a line: it could start anything. Give it as an argument of a program.</remarks>
    public static ProcessOptions Shell(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return OperatingSystem.IsWindows() ? new("cmd.exe", "/c", line) : new("/bin/sh", "-c", line);
    }

    /// <summary>The path or the name of the program.</summary>
    public string Program { get; }

    // With the name by which the program is called, the first.
    internal IReadOnlyList<string> Arguments { get; init; }

    /// <summary>
    /// The environment of the child: at first that of this process, to be changed before the start. A variable that is null is
    /// left out.
    /// </summary>
    public IDictionary<string, string?> Environment => _environment ??= Inherited();

    // Whole entries, in place of the environment.
    internal IReadOnlyList<string>? EnvironmentEntries { get; init; }

    /// <summary>The directory that it starts in; null for that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Where it reads from; from what this process reads, by default.</summary>
    public ProcessRedirection Input
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ProcessRedirection.Inherit;

    /// <summary>Where it writes to; to what this process writes to, by default.</summary>
    public ProcessRedirection Output
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ProcessRedirection.Inherit;

    /// <summary>Where it writes errors to; to what this process writes them to, by default.</summary>
    public ProcessRedirection Error
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ProcessRedirection.Inherit;

    /// <summary>
    /// After how long the child is killed, if it still runs, with all that it has started and that did not leave its group; null
    /// for never. The channels are closed then.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? Timeout
    {
        get;
        init
        {
            if (value is { } time)
                ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
            field = value;
        }
    }

    /// <summary>
    /// Whether the child leads a group of its own: what it starts is then killed with it, and Ctrl-C in the terminal does not
    /// reach it. So it is with a <see cref="Timeout"/>, in any case.
    /// </summary>
    public bool OwnGroup { get; init; }

    internal bool LeadsGroup => OwnGroup || Timeout is not null;

    /// <summary>Options of the channels.</summary>
    public ChannelOptions? Channels { get; init; }

    /// <summary>
    /// Whether .NET's Process starts the child on Linux too, as on other systems: with what that can do, and no more.
    /// </summary>
    public bool UseDotNetProcess { get; init; }

    internal IEnumerable<string> Entries()
    {
        if (EnvironmentEntries is { } entries)
            return entries;
        return from variable in _environment ?? Inherited()
            where variable.Value is not null
            select $"{variable.Key}={variable.Value}";
    }

    /// <summary>What differs from this process's environment; null if nothing was said.</summary>
    internal IReadOnlyDictionary<string, string?>? Changed =>
        EnvironmentEntries is { } entries
            ? entries
                .Select(entry => entry.Split('=', 2))
                .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : null)
            : _environment;

    /// <summary>The same, with pipes in place of what is inherited.</summary>
    internal ProcessOptions Captured(bool hasInput) =>
        this with
        {
            Input = hasInput ? ProcessRedirection.Pipe : Input,
            Output = Output.Kind == RedirectionKind.Inherit ? ProcessRedirection.Pipe : Output,
            Error = Error.Kind == RedirectionKind.Inherit ? ProcessRedirection.Pipe : Error,
        };

    internal void Check()
    {
        foreach (var text in Arguments.Append(Program).Append(WorkingDirectory ?? "").Concat(Entries()))
            if (text is null || text.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException(
                    "An argument, the directory or a variable of a process is null, or has a character 0, which the system takes "
                        + "for its end. Leave it out."
                );
        foreach (var name in (_environment ?? []).Keys)
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
                throw new ArgumentException($"'{name}' cannot be the name of a variable: it is empty, or has an '='.");
        foreach (var other in new[] { Input, Output })
            if (other.Kind == RedirectionKind.ToOutput)
                throw new ArgumentException("ProcessRedirection.ToOutput is for the standard error only.");
    }

    private static Dictionary<string, string?> Inherited()
    {
        var all = new Dictionary<string, string?>(
            OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal
        );
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            all[(string)variable.Key] = (string?)variable.Value;
        foreach (var (name, decoded, whole) in s_notUtf8.Value)
            if (all.TryGetValue(name, out var value) && value == decoded)
                all[name] = whole;
        return all;
    }

    // Of what this process was started with: values that are no UTF-8, as .NET decodes them, and as text that keeps their bytes.
    private static readonly Lazy<(string Name, string Decoded, string Whole)[]> s_notUtf8 = new(() =>
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var found = new List<(string, string, string)>();
        var bytes = File.ReadAllBytes("/proc/self/environ").AsSpan();
        foreach (var range in bytes.Split((byte)0))
        {
            var entry = bytes[range];
            if (entry.IndexOf((byte)'=') is var equals and > 0 && !Utf8.IsValid(entry))
                found.Add(
                    (
                        Encoding.UTF8.GetString(entry[..equals]),
                        Encoding.UTF8.GetString(entry[(equals + 1)..]),
                        Utf8Text.Decode(entry[(equals + 1)..])
                    )
                );
        }
        return [.. found];
    });
}

using System.Net;
using System.Text.RegularExpressions;

namespace Lwt.Core.Tests.Examples;

/// <summary>
/// The examples in the documentation comments of src are tested code: each has the lines of a marked block in a folder
/// Examples of the tests, and each marked block stands in the documentation.
/// </summary>
/// <remarks>A block begins with a line <c>// example: Name</c> and ends with a line <c>// end</c>.</remarks>
public partial class ExampleTests
{
    private const string Begin = "// example: ";
    private const string End = "// end";

    private sealed record Example(string Place, string Code);

    private static readonly Example[] s_documented = [.. Sources("src").SelectMany(Documented)];

    private static readonly Example[] s_tested =
    [
        .. Directory
            .GetDirectories(Path.Combine(Root(), "tests"))
            .Select(project => Path.Combine(project, "Examples"))
            .Where(Directory.Exists)
            .SelectMany(folder => Sources(folder).SelectMany(Tested)),
    ];

    [Fact]
    public void Examples_OfTheDocumentation_AreTested()
    {
        Assert.True(s_documented.Length > 40, $"{s_documented.Length} examples in src");
        var tested = s_tested.Select(example => example.Code).ToHashSet();
        Assert.All(
            s_documented,
            example =>
                Assert.True(
                    tested.Contains(example.Code),
                    $"{example.Place}: no block in tests/*/Examples has the lines of this example:\n{example.Code}"
                )
        );
    }

    [Fact]
    public void Examples_OfTheTests_AreInTheDocumentation()
    {
        var documented = s_documented.Select(example => example.Code).ToHashSet();
        Assert.All(
            s_tested,
            example =>
                Assert.True(
                    documented.Contains(example.Code),
                    $"{example.Place}: no <example> in src has the lines of this block:\n{example.Code}"
                )
        );
    }

    [Fact]
    public void Documented_CodeInAComment_IsUnescapedAndOutdented()
    {
        const string Source = """
                /// <summary>Sums.</summary>
                /// <example>
                /// <code>
                /// if (a &lt; b &amp;&amp; b > 0)
                ///     Sum(a);
                ///
                /// Sum(b);
                /// </code>
                /// </example>
                void Sum(int x);
            """;
        var example = Assert.Single(Documented("a.cs", Source));
        Assert.Equal("a.cs:2", example.Place);
        Assert.Equal("if (a < b && b > 0)\n    Sum(a);\n\nSum(b);", example.Code);
    }

    [Fact]
    public void Tested_BlockThatDoesNotEnd_Throws() =>
        Assert.Throws<InvalidDataException>(() => Tested("a.cs", $"{Begin}A\nf()\n{Begin}B\ng()\n{End}").ToArray());

    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Root(), folder), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".fs")
            .Where(file => !Path.GetRelativePath(Root(), file).Split(Path.DirectorySeparatorChar).Contains("obj"));

    private static IEnumerable<Example> Documented(string file) =>
        Documented(Path.GetRelativePath(Root(), file), File.ReadAllText(file));

    private static IEnumerable<Example> Documented(string file, string source)
    {
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsDocumentation(lines[i]))
                continue;
            var first = i;
            while (i + 1 < lines.Length && IsDocumentation(lines[i + 1]))
                i++;
            var comment = string.Join('\n', lines[first..(i + 1)].Select(line => line.TrimStart()[3..]));
            foreach (Match example in ExampleElement().Matches(comment))
            {
                var line = first + 1 + comment[..example.Index].Count(c => c == '\n');
                foreach (Match code in CodeElement().Matches(example.Groups[1].Value))
                    yield return new(
                        $"{file}:{line}",
                        Outdented(WebUtility.HtmlDecode(code.Groups[1].Value).Split('\n'))
                    );
            }
        }
    }

    private static bool IsDocumentation(string line) => line.TrimStart().StartsWith("///", StringComparison.Ordinal);

    private static IEnumerable<Example> Tested(string file) =>
        Tested(Path.GetRelativePath(Root(), file), File.ReadAllText(file));

    private static IEnumerable<Example> Tested(string file, string source)
    {
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsBegin(lines[i]))
                continue;
            var begin = i++;
            while (i < lines.Length && lines[i].Trim() != End && !IsBegin(lines[i]))
                i++;
            if (i == lines.Length || lines[i].Trim() != End)
                throw new InvalidDataException($"{file}:{begin + 1}: the block does not end with a line \"{End}\".");
            yield return new($"{file}:{begin + 1}", Outdented(lines[(begin + 1)..i]));
        }
    }

    private static bool IsBegin(string line) => line.TrimStart().StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>The lines without their common indentation, and without blank lines at either end.</summary>
    private static string Outdented(IEnumerable<string> lines)
    {
        var trimmed = lines.Select(line => line.TrimEnd()).ToArray();
        var indentation = trimmed
            .Where(line => line.Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', trimmed.Select(line => line.Length == 0 ? line : line[indentation..])).Trim('\n');
    }

    /// <summary>The folder that holds the solution.</summary>
    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Lwt.Net.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Lwt.Net.sln.");
    }

    [GeneratedRegex("<example>(.*?)</example>", RegexOptions.Singleline)]
    private static partial Regex ExampleElement();

    [GeneratedRegex("<code[^>]*>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex CodeElement();
}

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Lwt.CSharp.Tests;

/// <summary>
/// The documentation of Lwt.Core and Lwt.CSharp says something about each member. That each public member has some is a
/// rule of the compiler (CS1591).
/// </summary>
public partial class DocumentationTests
{
    private const int FewestWords = 2;

    public static TheoryData<string> Assemblies => ["Lwt.Core", "Lwt.CSharp"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Summaries_SayMoreThanTheName(string assembly)
    {
        var members = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml")).Descendants("member");
        Assert.NotEmpty(members);
        Assert.All(
            members
            // A member that has the documentation of another one refers to it.
            .Where(member => member.Element("inheritdoc") is null),
            member =>
            {
                var words = Words(member.Element("summary"));
                Assert.True(
                    words.Length >= FewestWords,
                    $"{Id(member)}: the summary is \"{string.Join(' ', words)}\"."
                );
                Assert.False(
                    string.Concat(words).Equals(Name(Id(member)), StringComparison.OrdinalIgnoreCase),
                    $"{Id(member)}: the summary is only the name."
                );
            }
        );
    }

    [Theory]
    [InlineData("<summary>Try_bind.</summary>", "Trybind")]
    [InlineData("<summary>Waits. OCaml: <c>Lwt.join</c>.</summary>", "Waits")]
    [InlineData("<summary>See <see cref=\"T:Lwt.Core.Promise`1\"/>.</summary>", "See Promise")]
    public void Words_LeaveOutPunctuationAndTheNameInOCaml(string summary, string words) =>
        Assert.Equal(words.Split(' '), Words(XElement.Parse(summary)));

    private static string Id(XElement member) => (string)member.Attribute("name")!;

    /// <summary>The member's own name: <c>Join</c> of <c>M:Lwt.Core.Promise.Join``1(System.String)</c>.</summary>
    private static string Name(string id) => Letters().Replace(LastPart().Match(id).Groups[1].Value, "");

    /// <summary>The words of a summary, without those that name the function of OCaml's Lwt.</summary>
    private static string[] Words(XElement? summary)
    {
        if (summary is null)
            return [];
        var text = string.Concat(summary.DescendantNodes().Select(Text));
        return
        [
            .. OCaml()
                .Replace(text, "")
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(word => Letters().Replace(word, ""))
                .Where(word => word.Length > 0),
        ];
    }

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { FirstNode: null } reference => Name(
                (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? ""
            ),
            _ => "",
        };

    [GeneratedRegex(@"([^.:`(]*)[`\d]*(\(.*)?$")]
    private static partial Regex LastPart();

    [GeneratedRegex("[^A-Za-z]")]
    private static partial Regex Letters();

    [GeneratedRegex(@"OCaml:.*?(?=\.\s|\.?$)", RegexOptions.Singleline)]
    private static partial Regex OCaml();
}

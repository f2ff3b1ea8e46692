namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of files.</summary>
public class FileExamples
{
    [Fact]
    public void PromiseFile_ReadsWhatItWrote() =>
        TempDirectory.Run(async directory =>
        {
            var path = directory["a"];

            // example: PromiseFile
            await using var file = await PromiseFile.Open(path, FileMode.Create);
            await file.Write("one two"u8.ToArray());
            await file.WriteAt("ONE"u8.ToArray(), 0);
            await file.Seek(0, SeekOrigin.Begin);
            var bytes = await file.ReadAll();
            // end

            Assert.Equal("ONE two"u8.ToArray(), bytes);
        });

    [Fact]
    public void PromiseDirectory_Enumerate_TellsOfDirectories() =>
        TempDirectory.Run(async directory =>
        {
            var (path, names) = (directory.Path, new List<string>());
            directory.File("a", "");
            Directory.CreateDirectory(directory["sub"]);

            // example: PromiseDirectory.Enumerate
            await foreach (var entry in PromiseDirectory.Enumerate(path))
                if (entry.Kind == FileKind.Directory)
                    names.Add(entry.Name);
            // end

            Assert.Equal(["sub"], names);
        });
}

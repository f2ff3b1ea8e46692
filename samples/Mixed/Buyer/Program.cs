// Goes shopping: a program in C# that awaits the promises of a library in F#.
using Lwt.Core;
using Shops;

EventLoop.Run(async () =>
{
    // Both shops are asked at once.
    var (apple, pear) = await Promise.Both(Shop.Price("apple", 0.2), Shop.Price("pear", 0.1));
    Console.WriteLine($"apple {apple}, pear {pear}");

    var first = await Shop.FirstPrice("plum", near: 0.1, far: 10);
    Console.WriteLine(first is null ? "nobody has plums" : $"plum {first.Value}");

    try
    {
        await Shop.Price("", 0.1);
    }
    catch (ArgumentException e)
    {
        Console.WriteLine($"refused: {e.Message}");
    }
});

// Goes shopping: a program in C# that queries and awaits the promises of a library in F#.
using Lwt.Core;
using Lwt.CSharp;
using Shops;

EventLoop.Run(async () =>
{
    // A query: it asks for both prices at once, and then once more for that of the dearer article.
    var haggling =
        from prices in Promise.Both(Shop.Price("apple", 0.2), Shop.Price("pear", 0.1))
        let dearer = prices.First > prices.Second ? "apple" : "pear"
        from again in Shop.Price(dearer, 0.1)
        select $"apple {prices.First}, pear {prices.Second}, {dearer} once more {again}";
    Console.WriteLine(await haggling);

    var first = await Shop.FirstPrice("plum", near: 0.1, far: 10);
    Console.WriteLine(first is null ? "nobody has plums" : $"plum {first.Value}");

    // A promise made here, for which the library's block waits.
    Console.WriteLine(await Shop.Receipt(Pay(100)));

    try
    {
        await Shop.Price("", 0.1);
    }
    catch (ArgumentException e)
    {
        Console.WriteLine($"refused: {e.Message}");
    }
});

static async Promise<int> Pay(int amount)
{
    await Promise.Sleep(TimeSpan.FromMilliseconds(50));
    return amount;
}

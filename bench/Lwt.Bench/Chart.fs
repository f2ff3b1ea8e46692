/// Writes a bar chart as SVG: ratios on a logarithmic scale, faster to the left of the line, slower to the right.
module Lwt.Bench.Chart

open System
open System.Globalization

let private colours =
    Map
        [
            "fsharp", "#378bba"
            "lwt", "#2f5d8a"
            "csharp", "#68217a"
            "linq", "#b180d7"
            "task", "#9a9a9a"
            "objects", "#d9d9d9"
        ]

let private barHeight = 9.
let private groupGap = 10.
let private left = 150.
let private width = 860.
let private top = 64.

let private f (x: float) =
    x.ToString("0.#", CultureInfo.InvariantCulture)

let private text x y anchor size (content: string) =
    $"""<text x="{f x}" y="{f y}" text-anchor="{anchor}" font-size="{size}">{content}</text>"""

/// Draws the chart for groups of bars, each with its ratio to the baseline.
let draw basis (groups: (string * (string * float) list) list) =
    let ratios =
        [
            for _, bars in groups do
                for _, ratio in bars -> ratio
        ]

    let least = ratios |> List.fold min 0.5 |> Math.Log2 |> floor
    let most = ratios |> List.fold max 2. |> Math.Log2 |> ceil
    let right = width - 60.
    let scale = (right - left) / (most - least)

    let x (ratio: float) =
        left + (Math.Log2 ratio - least) * scale

    let height bars =
        float (List.length bars) * barHeight + groupGap

    let bottom = top + List.sumBy (fun (_, bars) -> height bars) groups

    let grid =
        [
            for power in least..most do
                let at = x (2. ** power)

                let label =
                    if power < 0. then
                        $"1/{f (2. ** -power)}"
                    else
                        f (2. ** power)

                let weight = if power = 0. then "#555" else "#ddd"

                $"""<line x1="{f at}" y1="{f (top - 6.)}" x2="{f at}" y2="{f bottom}" stroke="{weight}"/>"""
                text at (top - 12.) "middle" 10 label
        ]

    let bar y (peer, ratio) =
        let a, b = min (x ratio) (x 1.), max (x ratio) (x 1.)
        let labelAt, anchor = if ratio < 1. then a - 4., "end" else b + 4., "start"

        [
            $"""<rect x="{f a}" y="{f y}" width="{f (max 0.5 (b - a))}" height="{f (barHeight - 1.)}" fill="{colours[peer]}"/>"""
            text labelAt (y + 7.5) anchor 8 (ratio.ToString("0.00", CultureInfo.InvariantCulture))
        ]

    let group y (name, bars) =
        text 8. (y + (height bars - groupGap) / 2. + 4.) "start" 12 name
        :: (bars |> List.mapi (fun i -> bar (y + float i * barHeight)) |> List.concat)

    let tops = groups |> List.scan (fun y (_, bars) -> y + height bars) top

    let peers =
        colours.Keys
        |> Seq.filter (fun peer -> groups |> List.exists (snd >> List.exists (fst >> (=) peer)))
        |> List.ofSeq

    let legend =
        peers
        |> List.mapi (fun i peer ->
            let at = left + float i * 90.

            [
                $"""<rect x="{f at}" y="14" width="12" height="12" fill="{colours[peer]}"/>"""
                text (at + 17.) 24. "start" 12 peer
            ])
        |> List.concat

    String.concat
        "\n"
        [
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{f width}" height="{f (bottom + 30.)}" font-family="sans-serif" fill="#222">"""
            """<rect width="100%" height="100%" fill="white"/>"""
            yield! legend
            yield! grid
            yield! Seq.zip tops groups |> Seq.collect (fun (y, bars) -> group y bars)
            text left (bottom + 20.) "start" 11 $"cost of an operation relative to {basis}: shorter than 1 is better"
            "</svg>"
            ""
        ]

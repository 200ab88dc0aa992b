// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

TestCase {
    id: test

    name: "Theme"

    readonly property var surfaces: ["ground", "surface", "raised", "sunken", "hover", "chosen"]
    readonly property var inks: ["text", "dimText", "faintText", "accent", "good", "info", "warning", "bad"]

    function channel(value) { return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4) }
    function luminance(color) { return 0.2126 * channel(color.r) + 0.7152 * channel(color.g) + 0.0722 * channel(color.b) }
    function contrast(a, b) {
        const x = luminance(a), y = luminance(b)
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
    }

    function cleanup() { Theme.mode = Theme.System }

    function test_textIsReadableOnEverySurface_data() {
        const rows = []
        for (const mode of [Theme.Dark, Theme.Light]) {
            for (const surface of surfaces) {
                for (const ink of inks)
                    rows.push({ tag: (mode === Theme.Dark ? "dark " : "light ") + ink + " on " + surface, mode: mode, ink: ink, surface: surface })
            }
        }
        return rows
    }

    function test_textIsReadableOnEverySurface(data) {
        Theme.mode = data.mode
        const ratio = contrast(Theme[data.ink], Theme[data.surface])
        verify(ratio >= 4.5, ratio.toFixed(2))
    }

    function test_textOnFilledButtonsIsReadable_data() {
        return [{ tag: "dark", mode: Theme.Dark }, { tag: "light", mode: Theme.Light }]
    }

    function test_textOnFilledButtonsIsReadable(data) {
        Theme.mode = data.mode
        verify(contrast(Theme.accentInk, Theme.accentFill) >= 4.5)
        verify(contrast(Theme.accentInk, Theme.badFill) >= 4.5)
    }

    function test_linesOfPlotsStandOut_data() { return test_textOnFilledButtonsIsReadable_data() }

    function test_linesOfPlotsStandOut(data) {
        Theme.mode = data.mode
        for (const color of Theme.series)
            verify(contrast(color, Theme.raised) >= 3, color)
    }
}

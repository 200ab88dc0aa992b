// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

Item {
    id: root

    width: 600
    height: 400

    PushButton {
        id: button

        property int clicks: 0

        text: "Do"
        onClicked: ++clicks
    }

    Field {
        id: field

        y: 50
    }

    Segmented {
        id: segmented

        y: 100
        options: [{ value: "a", text: "A" }, { value: "b", text: "B" }]
        value: "a"
        onPicked: value => segmented.value = value
    }

    Tabs {
        id: tabs

        y: 150
        tabs: [{ value: "one", text: "One" }, { value: "two", text: "Two" }, { value: "three", text: "Three" }]
        value: "one"
        onPicked: value => tabs.value = value
    }

    DropDown {
        id: drop

        y: 200
        label: "State"
        options: [{ value: "", text: "any" }, "open", "closed"]
        value: ""
        onPicked: value => drop.value = value
    }

    TimeSlider {
        id: slider

        y: 250
        width: 400
        count: 101
        value: 100
        onMoved: value => slider.value = value
    }

    Toasts { id: toasts }

    Glyph {
        id: glyph

        name: "gate"
        color: "red"
        x: 500
    }

    TestCase {
        name: "Controls"
        when: windowShown

        function init() { failOnWarning(/.?/) }

        function test_aButtonTakesClicksAndKeys() {
            mouseClick(button)
            button.forceActiveFocus()
            keyClick(Qt.Key_Space)
            keyClick(Qt.Key_Return)
            compare(button.clicks, 3)
            button.enabled = false
            mouseClick(button)
            compare(button.clicks, 3)
            button.enabled = true
        }

        function test_aFieldCanBeEmptied() {
            field.forceActiveFocus()
            keyClick("t")
            keyClick("i")
            compare(field.text, "ti")
            mouseClick(field, field.width - 14, field.height / 2)
            compare(field.text, "")
        }

        function test_segmentsAreChosenByMouseAndArrows() {
            mouseClick(segmented, segmented.width - 12, 15)
            compare(segmented.value, "b")
            segmented.forceActiveFocus()
            keyClick(Qt.Key_Left)
            compare(segmented.value, "a")
            keyClick(Qt.Key_Left)
            compare(segmented.value, "a")
        }

        function test_tabsWrapAround() {
            tabs.forceActiveFocus()
            keyClick(Qt.Key_Left)
            compare(tabs.value, "three")
            keyClick(Qt.Key_Right)
            compare(tabs.value, "one")
        }

        function test_aDropDownIsChosenFromByKeys() {
            compare(drop.chosenText, "any")
            drop.forceActiveFocus()
            keyClick(Qt.Key_Return)
            tryCompare(drop, "isOpen", true)
            keyClick(Qt.Key_Down)
            keyClick(Qt.Key_Down)
            keyClick(Qt.Key_Return)
            compare(drop.value, "closed")
        }

        function test_aSliderStepsAndStopsAtItsEnds() {
            slider.forceActiveFocus()
            keyClick(Qt.Key_Right)
            compare(slider.value, 100)
            keyClick(Qt.Key_Left)
            compare(slider.value, 99)
            keyClick(Qt.Key_Left, Qt.ShiftModifier)
            compare(slider.value, 89)
            mouseClick(slider, 1, 20)
            compare(slider.value, 0)
        }

        function test_toastsAreFewAndTheOldestMakesRoom() {
            for (let i = 0; i < 9; ++i)
                toasts.show("done " + i)
            let shown = 0
            for (let i = 0; i < toasts.children.length; ++i)
                shown += toasts.children[i].text !== undefined ? 1 : 0
            compare(shown, toasts.maxShown)
        }

        function test_aGlyphDrawsInItsColour() {
            const picture = grabImage(glyph)
            let ink = 0
            for (let x = 0; x < glyph.width; ++x) {
                for (let y = 0; y < glyph.height; ++y)
                    ink += picture.red(x, y) > 200 && picture.green(x, y) < 120 ? 1 : 0
            }
            verify(ink > 5)
        }
    }
}

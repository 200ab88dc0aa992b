// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! A place in a row of events, the oldest on the left. Values are indices; marks are pinned ones.
FocusScope {
    id: slider

    property int count: 0
    property int value: 0
    property var marks: [] //!< maps {value, text}
    readonly property int last: Math.max(0, count - 1)
    signal moved(int value)

    function xOf(index) { return 8 + (last > 0 ? (width - 16) * index / last : 0) }
    function move(to) {
        const target = Math.max(0, Math.min(last, to))
        if (target !== value)
            moved(target)
    }

    implicitHeight: 34
    activeFocusOnTab: true
    Accessible.role: Accessible.Slider
    Keys.onLeftPressed: event => move(value - (event.modifiers & Qt.ShiftModifier ? 10 : 1))
    Keys.onRightPressed: event => move(value + (event.modifiers & Qt.ShiftModifier ? 10 : 1))

    Rectangle {
        x: 8
        y: 21
        width: parent.width - 16
        height: 4
        radius: 2
        color: Theme.line
    }

    Rectangle {
        x: 8
        y: 21
        width: slider.xOf(slider.value) - 8
        height: 4
        radius: 2
        color: Theme.accent
        opacity: 0.6
    }

    Repeater {
        model: slider.marks

        Item {
            id: mark

            required property var modelData

            x: slider.xOf(modelData.value)
            height: parent.height

            Rectangle {
                x: -1
                y: 14
                width: 2
                height: 16
                color: Theme.text
            }

            Label {
                anchors.horizontalCenter: parent.left
                y: -2
                text: mark.modelData.text
                font.pixelSize: Theme.captionSize
                font.weight: Font.DemiBold
            }
        }
    }

    Rectangle {
        x: slider.xOf(slider.value) - 8
        y: 15
        width: 16
        height: 16
        radius: 8
        color: Theme.accentFill
        border.color: Theme.raised
        border.width: 2

        FocusRing {
            isShown: slider.activeFocus
            radius: 10
        }
    }

    MouseArea {
        anchors.fill: parent
        preventStealing: true
        onPressed: mouse => take(mouse.x)
        onPositionChanged: mouse => take(mouse.x)

        function take(x) {
            slider.forceActiveFocus(Qt.MouseFocusReason)
            slider.move(Math.round((x - 8) / Math.max(1, slider.width - 16) * slider.last))
        }
    }
}

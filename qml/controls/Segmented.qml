// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! One of a few. options: texts, or maps {value, text}.
FocusScope {
    id: segmented

    property var options: []
    property var value
    signal picked(var value)

    function valueOf(option) { return option.value !== undefined ? option.value : option }
    function textOf(option) { return option.text !== undefined ? option.text : option }
    function move(step) {
        const index = options.findIndex(option => valueOf(option) === value)
        const next = Math.max(0, Math.min(options.length - 1, index + step))
        if (next !== index)
            segmented.picked(valueOf(options[next]))
    }

    implicitWidth: row.implicitWidth + 4
    implicitHeight: Theme.controlHeight
    activeFocusOnTab: true
    Accessible.role: Accessible.RadioButton
    Keys.onLeftPressed: move(-1)
    Keys.onRightPressed: move(1)

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.sunken
        border.color: Theme.line

        FocusRing { isShown: segmented.activeFocus }
    }

    Row {
        id: row

        x: 2
        y: 2

        Repeater {
            model: segmented.options

            Rectangle {
                id: option

                required property var modelData
                readonly property bool isChosen: segmented.valueOf(modelData) === segmented.value

                width: label.implicitWidth + 22
                height: segmented.height - 4
                radius: Theme.radius - 1
                color: isChosen ? Theme.raised : "transparent"
                border.color: Theme.strongLine
                border.width: isChosen ? 1 : 0

                Label {
                    id: label

                    anchors.centerIn: parent
                    text: segmented.textOf(option.modelData)
                    font.pixelSize: Theme.smallSize
                    font.weight: Font.Medium
                    color: option.isChosen ? Theme.text : area.containsMouse ? Theme.text : Theme.dimText
                }

                MouseArea {
                    id: area

                    anchors.fill: parent
                    hoverEnabled: true
                    onClicked: segmented.picked(segmented.valueOf(option.modelData))
                }
            }
        }
    }
}

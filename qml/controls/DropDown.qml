// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! A button that says what is chosen and opens the list of what can be. options: texts, or maps {value, text}.
PushButton {
    id: drop

    property string label
    property var options: []
    property var value
    //! Nothing special is chosen: the label alone is enough.
    property bool isQuiet: false
    readonly property alias isOpen: list.opened
    signal picked(var value)

    function valueOf(option) { return option.value !== undefined ? option.value : option }
    function textOf(option) { return option.text !== undefined ? option.text : option }
    readonly property string chosenText: {
        const option = options.find(candidate => valueOf(candidate) === value)
        return option === undefined ? "" : textOf(option)
    }

    text: label.length > 0 ? (chosenText.length > 0 && !isQuiet ? label + ": " + chosenText : label) : chosenText
    rightPadding: 26
    onClicked: list.opened ? list.close() : list.open()
    Keys.onDownPressed: list.open()

    Glyph {
        name: "down"
        width: 9
        height: 9
        color: Theme.faintText
        anchors.right: parent.right
        anchors.rightMargin: 10
        anchors.verticalCenter: parent.verticalCenter
    }

    T.Popup {
        id: list

        y: drop.height + 4
        width: Math.max(drop.width, 150)
        height: Math.min(320, view.contentHeight + 8)
        padding: 4
        margins: 8
        focus: true
        onOpened: {
            view.currentIndex = Math.max(0, drop.options.findIndex(option => drop.valueOf(option) === drop.value))
            view.forceActiveFocus()
        }

        contentItem: ListView {
            id: view

            model: drop.options
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationWraps: true
            Keys.onReturnPressed: take(currentIndex)
            Keys.onEnterPressed: take(currentIndex)
            Keys.onSpacePressed: take(currentIndex)

            function take(index) {
                const option = drop.options[index]
                list.close()
                drop.picked(drop.valueOf(option))
            }

            delegate: Rectangle {
                id: entry

                required property var modelData
                required property int index

                width: ListView.view.width
                height: 28
                radius: 4
                color: ListView.isCurrentItem ? Theme.hover : "transparent"

                Label {
                    x: 26
                    width: parent.width - 34
                    height: parent.height
                    text: drop.textOf(entry.modelData)
                }

                Glyph {
                    name: "check"
                    width: 11
                    height: 11
                    x: 8
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.accent
                    visible: drop.valueOf(entry.modelData) === drop.value
                }

                MouseArea {
                    anchors.fill: parent
                    hoverEnabled: true
                    onEntered: view.currentIndex = entry.index
                    onClicked: view.take(entry.index)
                }
            }
        }

        background: Rectangle {
            color: Theme.raised
            border.color: Theme.strongLine
            radius: Theme.radius
        }
    }
}

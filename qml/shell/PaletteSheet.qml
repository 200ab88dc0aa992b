// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! Ctrl+K: type a few letters, Enter.
T.Popup {
    id: sheet

    property alias entries: found.entries
    signal chosen(var action)

    function take(row) {
        const action = found.actionAt(row)
        if (action === undefined)
            return
        close()
        chosen(action)
    }

    parent: T.Overlay.overlay
    x: Math.round((parent.width - width) / 2)
    y: Math.round(parent.height * 0.14)
    width: Math.min(580, parent.width - 32)
    height: 52 + Math.min(list.contentHeight, parent.height * 0.55) + (found.count > 0 ? 8 : 56)
    modal: true
    focus: true
    padding: 0
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside
    onOpened: {
        input.clear()
        list.currentIndex = 0
        input.forceActiveFocus()
    }

    T.Overlay.modal: Rectangle { color: Theme.shade }

    background: Rectangle {
        color: Theme.raised
        border.color: Theme.strongLine
        radius: 10
    }

    PaletteModel {
        id: found

        query: input.text
        onModelReset: list.currentIndex = 0
    }

    contentItem: Item {
        Glyph {
            x: 17
            y: 18
            width: 16
            height: 16
            name: "search"
            color: Theme.accent
        }

        TextInput {
            id: input

            x: 44
            width: parent.width - 60
            height: 52
            verticalAlignment: TextInput.AlignVCenter
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.titleSize
            selectionColor: Theme.accentFill
            Accessible.name: qsTr("Find anything")
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onReturnPressed: sheet.take(list.currentIndex)
            Keys.onEnterPressed: sheet.take(list.currentIndex)

            Label {
                height: parent.height
                text: qsTr("A page, a command, a server …")
                font.pixelSize: Theme.titleSize
                color: Theme.faintText
                visible: input.text.length === 0
            }
        }

        Rectangle {
            y: 52
            width: parent.width
            height: 1
            color: Theme.line
        }

        ListView {
            id: list

            y: 57
            x: 6
            width: parent.width - 12
            height: parent.height - 61
            model: found
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationWraps: true
            // Rows built ahead in the background would still be under way when a letter more resets the model.
            cacheBuffer: 0
            T.ScrollBar.vertical: ScrollLine {}

            delegate: Rectangle {
                id: entry

                required property string title
                required property string group
                required property string glyph
                required property string shortcut
                required property int index

                width: ListView.view.width
                height: 36
                radius: Theme.radius
                color: ListView.isCurrentItem ? Theme.chosen : "transparent"

                Glyph {
                    x: 11
                    width: 15
                    height: 15
                    anchors.verticalCenter: parent.verticalCenter
                    name: entry.glyph
                    color: entry.ListView.isCurrentItem ? Theme.accent : Theme.dimText
                }

                Label {
                    x: 38
                    height: parent.height
                    width: parent.width - x - note.width - 24
                    text: entry.title
                }

                Row {
                    id: note

                    anchors.right: parent.right
                    anchors.rightMargin: 10
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: Theme.gap2

                    Caption {
                        text: entry.group
                        anchors.verticalCenter: parent.verticalCenter
                    }

                    KeyHint {
                        text: entry.shortcut
                        visible: entry.shortcut.length > 0
                    }
                }

                MouseArea {
                    anchors.fill: parent
                    hoverEnabled: true
                    onPositionChanged: list.currentIndex = entry.index
                    onClicked: sheet.take(entry.index)
                }
            }
        }

        Label {
            anchors.centerIn: list
            text: qsTr("Nothing is called that")
            color: Theme.dimText
            visible: found.count === 0
        }
    }
}

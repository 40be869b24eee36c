// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The content of objects
 *
 * To read or write an object without a space is a fault too, but instead of
 * showing what it found, it copies.
 */
#include <vmlab/alloc.h>
#include <vmlab/attempt.h>

#include <linux/errno.h>
#include <linux/minmax.h>

static int transfer(struct vml_object *object, u32 index, u32 access,
		    const struct vml_piece *piece)
{
	struct vml_fault f = {
		.access = access,
		.piece = piece,
		.object = object,
		.at.index = index,
		.placed = VML_FAULT_MINOR,
		.tables = VML_STOCK(0),
		.ptables = VML_STOCK(0),
	};
	int kind;

	if (piece->offset > VML_FRAME_SIZE ||
	    piece->len > VML_FRAME_SIZE - piece->offset)
		return -EINVAL;
	do {
		kind = vml_fault_enter(&f);
		if (kind < 0)
			kind = vml_fault_overcome(&f, kind);
	} while (kind == -EAGAIN);
	vml_fault_finish(&f);
	if (kind == VML_FAULT_BEYOND)
		return -ERANGE;
	if (kind == VML_FAULT_IO)
		return f.err;
	return min(kind, 0);
}

/**
 * vml_object_read() - copy bytes out of an object
 * @object: the object
 * @index: of the frame
 * @offset: of the first byte in the frame
 * @to: where to; not a user's
 * @len: how many bytes, up to the end of the frame
 *
 * An index without content has zeroes, and goes on having none; but if the object
 * is backed, what is behind it is fetched.
 *
 * Context: process; takes the family's locks and that of the index. With none of
 * them held it may sleep.
 * Return: 0; -ERANGE beyond the size, -EINVAL beyond the frame; if it is backed,
 * also -ENOMEM and what ops->fetch returns.
 */
int vml_object_read(struct vml_object *object, u32 index, unsigned int offset,
		    void *to, unsigned int len)
{
	const struct vml_piece piece = { .offset = offset, .len = len, .to = to };

	return transfer(object, index, VML_AREA_READ, &piece);
}

/**
 * vml_object_write() - copy bytes into an object
 * @object: the object
 * @index: of the frame
 * @offset: of the first byte in the frame
 * @from: where from; not a user's
 * @len: how many bytes, up to the end of the frame
 *
 * The index gets a frame of its own, as with a fault for writing. Whoever shows
 * it sees the bytes.
 *
 * Context: process; takes the family's locks and that of the index. Reclaims
 * with none of them held, and may sleep.
 * Return: 0; -ERANGE beyond the size, -EINVAL beyond the frame, -ENOMEM, and what
 * ops->fetch returns.
 */
int vml_object_write(struct vml_object *object, u32 index, unsigned int offset,
		     const void *from, unsigned int len)
{
	const struct vml_piece piece = {
		.offset = offset, .len = len, .from = from
	};

	return transfer(object, index, VML_AREA_WRITE, &piece);
}
